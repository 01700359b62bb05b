package import ChannelAccess
import ClusterProtocol
import Foundation

/// What the variables say: news of the collector in, values out, time and all.
///
/// Names and units are those of the record templates in deploy/epics. Within a set, the variable that has the set's
/// time comes last: a group of pvAccess is triggered by it.
package struct EPICSView {
    /// A value for a variable, to be put at most once in `interval`.
    package struct Put: Sendable {
        package var name: String
        package var value: PVValue
        package var interval: Duration
    }

    /// As often as people can read a number.
    static let scalarInterval: Duration = .milliseconds(100)
    /// As often as a plot is worth drawing.
    static let waveformInterval: Duration = .milliseconds(500)
    /// Names that get variables of their own, at most: of groups and of regions each.
    static let maxNames = 64

    private enum State: Int {
        case idle = 0
        case running
        case finishing
        case done
        case aborted
        case fault
    }

    private let prefix: String
    private var shown = ShownRun()
    private var progress: ProgressEvent?
    private var isBrokerAway = false
    private var heartbeat = 0
    private var groupParts: [String: String] = [:]
    private var regionParts: [String: String] = [:]
    private var undrawn: LatestResult?
    private var drawnLast: ContinuousClock.Instant?
    private var puts: [Put] = []

    package init(prefix: String) {
        self.prefix = prefix
    }

    /// Takes the news and returns what is to be put now; it is called often, with news or without.
    package mutating func take(_ news: Newsbox.News, at now: ContinuousClock.Instant, nowMs: Int) -> [Put] {
        defer { puts = [] }
        if let cluster = news.cluster { show(cluster) }
        if shown.take(news.runs, at: now), let run = shown.name {
            progress = nil
            undrawn = nil
            set("RunId.VAL$", .longText(run.text))
            if news.runs[run]?.latest == nil { showNoResult() }
        }
        if let run = shown.name, let mine = news.runs[run] {
            if let latest = mine.latest { show(latest, nowMs: nowMs) }
            if let progress = mine.progress { show(progress, doneAtLeast: mine.latest?.jobs) }
        }
        draw(at: now)
        return puts
    }

    private mutating func show(_ cluster: ClusterEvent) {
        heartbeat = (heartbeat + 1) & 0x7FFF_FFFF
        isBrokerAway = cluster.broker == .away
        setState()
        set("Workers", .number(Double(cluster.workers)))
        set("Heartbeat", .number(Double(heartbeat)))
    }

    private mutating func show(_ progress: ProgressEvent, doneAtLeast jobs: Int?) {
        self.progress = progress
        let done = max(progress.analysed, jobs ?? 0)
        let ended = done + progress.failed + progress.cancelled + progress.expired
        // Unknown is not 100 %, and not a number makes the record invalid.
        let total =
            progress.state == .open
            ? progress.expected.map { max($0, progress.acquired) } : progress.acquired
        let percent = total.flatMap { $0 > 0 ? min(100, 100 * Double(ended) / Double($0)) : nil }
        setState()
        set("Total", .number(Double(total ?? 0)))
        set("Acquired", .number(Double(max(progress.acquired, ended))))
        set("Done", .number(Double(done)))
        set("Failed", .number(Double(progress.failed)))
        set("Cancelled", .number(Double(progress.cancelled)))
        set("Queued", .number(Double(progress.queued)))
        set("InFlight", .number(Double(progress.inFlight)))
        set("Missing", .number(Double(progress.missing)))
        set("Progress", .number(percent ?? .nan))
        set("Rate", .number(progress.rateHz))
        set("Eta", .number(progress.state == .done ? 0 : progress.etaS ?? .nan))
        set("ProgressTime", .number(Double(progress.timeMs) / 1000))
    }

    private mutating func show(_ latest: LatestResult, nowMs: Int) {
        // The counts follow within a fifth of a second; what is stored is known now.
        if var progress, latest.jobs > progress.analysed {
            progress.analysed = latest.jobs
            progress.timeMs = nowMs
            show(progress, doneAtLeast: nil)
        }
        let reading = ResultReading(row: latest.result.row)
        set("Job.VAL$", .longText(latest.result.id.job.text))
        set("Seq", .number(latest.result.seq.map(Double.init) ?? -1))
        set("Spectra", .number(Double(latest.result.n)))
        set("Shift", .number(reading.shiftEV ?? .nan))
        set("ShiftSigma", .number(reading.shiftSigmaEV ?? .nan))
        set("Familiarity", .number(reading.familiarity ?? .nan))
        set("Reference.VAL$", .longText(reading.referenceLine ?? ""))
        set("ReferenceEnergy", .number(reading.referenceEV ?? .nan))
        set("GroupsPresent.VAL$", .longText(reading.present.joined(separator: ", ")))
        set("GroupsPresentCount", .number(Double(reading.present.count)))
        set("Model.VAL$", .longText(reading.model ?? ""))
        set("Error.VAL$", .longText(reading.error ?? ""))
        set("Latency", .number(max(0, Double(nowMs - latest.acceptedMs) / 1000)))
        show(reading.groups)
        set("ResultTime", .number(Double(nowMs) / 1000))
        undrawn = latest
    }

    private mutating func show(_ groups: [ResultReading.Group]) {
        let calls = groups.map(Self.call)
        set("Group:Names", .texts(groups.map(\.name)), every: Self.waveformInterval)
        set(
            "Group:Probabilities", .numbers(groups.map { $0.probability ?? .nan }),
            every: Self.waveformInterval)
        set("Group:Calls", .states(calls), every: Self.waveformInterval)
        for (group, call) in zip(groups, calls) {
            guard let part = Self.part(of: group.name, in: &groupParts) else { continue }
            set("Group:\(part):Probability", .number(group.probability ?? .nan))
            set("Group:\(part):Call", .state(call))
        }
    }

    /// Another run is shown, and nothing of it is known: not the last run's result.
    private mutating func showNoResult() {
        for name in ["Shift", "ShiftSigma", "Familiarity", "Latency"] { set(name, .number(.nan)) }
        for name in ["Job.VAL$", "GroupsPresent.VAL$", "Error.VAL$"] { set(name, .longText("")) }
        for name in ["Spectra", "GroupsPresentCount"] { set(name, .number(0)) }
        for part in groupParts.values.sorted() {
            set("Group:\(part):Probability", .number(.nan))
            set("Group:\(part):Call", .state(Self.undetermined))
        }
    }

    /// Draws the regions of the last spectrum, when it is time; the last one always.
    private mutating func draw(at now: ContinuousClock.Instant) {
        if let drawnLast, now < drawnLast + Self.waveformInterval { return }
        guard let latest = undrawn else { return }
        undrawn = nil
        drawnLast = now
        for region in RegionReading.all(
            header: latest.header, frames: latest.frames, index: latest.result.index)
        {
            guard let part = Self.part(of: region.header.name, in: &regionParts) else { continue }
            let name = "Region:\(part)"
            set("\(name):Sum", .number(region.intensities.reduce(0, +)), every: Self.waveformInterval)
            set(
                "\(name):PassEnergy", .number(region.header.passEnergyEV ?? .nan),
                every: Self.waveformInterval)
            set(
                "\(name):PhotonEnergy", .number(region.header.photonEnergyEV ?? .nan),
                every: Self.waveformInterval)
            set("\(name):Energy", .numbers(region.bindingEV), every: Self.waveformInterval)
            set("\(name):Intensity", .numbers(region.intensities), every: Self.waveformInterval)
        }
    }

    private mutating func setState() {
        set("State", .state(state.rawValue))
    }

    private var state: State {
        if isBrokerAway { return .fault }
        guard let progress else { return shown.name == nil ? .idle : .running }
        switch progress.state {
        case .open: return .running
        case .closed: return .finishing
        case .done: return progress.cancelled > 0 ? .aborted : .done
        }
    }

    private static let undetermined = 2

    /// The state of the `Call` records.
    private static func call(_ group: ResultReading.Group) -> Int {
        switch group.call {
        case "absent": 0
        case "present": 1
        case "not_covered": 3
        default: undetermined
        }
    }

    private static func part(of name: String, in parts: inout [String: String]) -> String? {
        if let part = parts[name] { return part }
        guard parts.count < maxNames, let part = PVNamePart.of(name) else { return nil }
        parts[name] = part
        return part
    }

    private mutating func set(
        _ name: String, _ value: PVValue, every interval: Duration = scalarInterval
    ) {
        puts.append(Put(name: prefix + name, value: value, interval: interval))
    }
}
