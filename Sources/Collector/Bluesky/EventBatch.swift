/// The events of spectra that follow each other: one document each, or pages of many where they come fast.
enum EventBatch {
    static func batches(
        of spectra: [AnalysedSpectrum], schema: PrimarySchema, id: DocumentID, descriptor: String, base: Int
    ) -> [Document] {
        guard spectra.count >= RunDocuments.pageFrom else {
            return spectra.map { event($0, schema, id, descriptor, base) }
        }
        return stride(from: 0, to: spectra.count, by: RunDocuments.pageLimit).map { first in
            page(spectra[first..<min(first + RunDocuments.pageLimit, spectra.count)], schema, id, descriptor, base)
        }
    }

    private static func event(
        _ spectrum: AnalysedSpectrum, _ schema: PrimarySchema, _ id: DocumentID, _ descriptor: String, _ base: Int
    ) -> Document {
        let data = schema.data(of: spectrum)
        var timestamps = DocumentObject()
        for member in data.members { timestamps.append(member.key, .number(spectrum.acquiredS)) }
        return Document(
            .event,
            [
                "uid": .text(id.text(.primaryEvent, spectrum.n - base)), "descriptor": .text(descriptor),
                "seq_num": .integer(spectrum.n - base), "time": .number(spectrum.acquiredS),
                "data": .object(data), "timestamps": .object(timestamps), "filled": .object([:]),
            ])
    }

    private static func page(
        _ spectra: ArraySlice<AnalysedSpectrum>, _ schema: PrimarySchema, _ id: DocumentID, _ descriptor: String,
        _ base: Int
    ) -> Document {
        let rows = spectra.map { schema.data(of: $0).members }
        let times = DocumentValue.list(spectra.map { .number($0.acquiredS) })
        var data = DocumentObject()
        var timestamps = DocumentObject()
        for (column, member) in (rows.first ?? []).enumerated() {
            data.append(member.key, .list(rows.map { $0[column].value }))
            timestamps.append(member.key, times)
        }
        return Document(
            .eventPage,
            [
                "uid": .texts(spectra.map { id.text(.primaryEvent, $0.n - base) }),
                "descriptor": .text(descriptor), "seq_num": .list(spectra.map { .integer($0.n - base) }),
                "time": times, "data": .object(data), "timestamps": .object(timestamps), "filled": .object([:]),
            ])
    }
}
