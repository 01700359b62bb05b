import Spectroscopy

/// Puts regions together that belong to one spectrum: same sample, same experimental variables.
///
/// A region that comes again under the same name is another measurement, and starts another spectrum.
struct SpectrumGroups {
    private struct Group {
        var regions: [Region] = []
        var sample: String
        var blocks: [Int] = []
        var metadata: [String: String]
    }

    private var groups: [Group] = []
    private var groupsOfKey: [[String]: [Int]] = [:]
    /// How often each name came under each key; the name is the last of the words.
    private var occurrences: [[String]: Int] = [:]

    /// Adds a region to the first spectrum of its key that does not have one of its name.
    mutating func add(_ region: Region, key: [String], sample: String, block: Int, metadata: [String: String]) {
        let occurrence = occurrences[key + [region.name], default: 0]
        occurrences[key + [region.name]] = occurrence + 1
        if groupsOfKey[key, default: []].count <= occurrence {
            groupsOfKey[key, default: []].append(groups.count)
            groups.append(Group(sample: sample, metadata: metadata))
        }
        guard let index = groupsOfKey[key]?[occurrence] else { return }
        groups[index].regions.append(region)
        groups[index].blocks.append(block)
    }

    /// The spectra in the order of their first regions.
    func spectra(file: String) throws(SpectrumFileError) -> [Spectrum] {
        var spectra: [Spectrum] = []
        for group in groups {
            do {
                spectra.append(
                    try Spectrum(
                        regions: group.regions, sample: group.sample, source: file, blocks: group.blocks,
                        metadata: group.metadata))
            } catch {
                throw SpectrumFileError(file: file, reason: "\(error)")
            }
        }
        return spectra
    }
}
