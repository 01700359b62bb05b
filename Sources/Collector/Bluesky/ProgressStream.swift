import ClusterProtocol

/// Stream `progress`: how far the run is, at most once a second.
enum ProgressStream {
    private static let integers = [
        "acquired", "analysed", "failed", "cancelled", "queued", "in_flight", "spectra", "expected",
    ]

    static func descriptor(_ id: DocumentID, timeS: Double) -> Document {
        var keys = DocumentObject()
        for name in integers { keys[name] = .object(PrimarySchema.dataKey("integer", source: "progress")) }
        keys["rate_hz"] = .object(
            PrimarySchema.dataKey("number", source: "progress", units: "Hz", precision: 2))
        keys["state"] = .object(PrimarySchema.dataKey("string", source: "progress"))
        var content: DocumentObject = [
            "uid": .text(id.text(.progressDescriptor)), "run_start": .text(id.text), "name": .text("progress"),
            "time": .number(timeS), "data_keys": .object(keys),
        ]
        let presentation = PrimarySchema.presentation(keys: keys.members.map(\.key), hinted: [])
        for member in presentation.members { content[member.key] = member.value }
        return Document(.descriptor, content)
    }

    /// `expected` is 0 while the total is unknown.
    static func event(_ progress: ProgressEvent, number: Int, _ id: DocumentID) -> Document {
        let counts = [
            progress.acquired, progress.analysed, progress.failed, progress.cancelled, progress.queued,
            progress.inFlight, progress.spectra, progress.expected ?? 0,
        ]
        var data = DocumentObject()
        for (name, count) in zip(integers, counts) { data.append(name, .integer(count)) }
        data.append("rate_hz", .number(progress.rateHz))
        data.append("state", .text(progress.state.rawValue))
        let time = DocumentValue.number(Double(progress.timeMs) / 1000)
        var timestamps = DocumentObject()
        for member in data.members { timestamps.append(member.key, time) }
        return Document(
            .event,
            [
                "uid": .text(id.text(.progressEvent, number)),
                "descriptor": .text(id.text(.progressDescriptor)), "seq_num": .integer(number), "time": time,
                "data": .object(data), "timestamps": .object(timestamps), "filled": .object([:]),
            ])
    }
}
