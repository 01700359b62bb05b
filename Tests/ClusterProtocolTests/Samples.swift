import ClusterProtocol

/// Values of every message, drawn by seed.
struct Samples {
    var random: SeededRandom

    init(seed: UInt64) {
        random = SeededRandom(seed: seed)
    }

    mutating func count(_ limit: Int = Limits.integer) -> Int {
        // Small numbers and the largest matter most.
        [0, 1, 17, limit, Int.random(in: 0...limit, using: &random)].randomElement(using: &random) ?? 0
    }

    mutating func number() -> Double {
        let magnitude = Double.random(in: -20...20, using: &random)
        return Double.random(in: -10...10, using: &random) * (magnitude * magnitude).rounded()
    }

    mutating func flag() -> Bool { Bool.random(using: &random) }

    mutating func maybe<Value>(_ value: Value) -> Value? { flag() ? value : nil }

    mutating func text(_ maxBytes: Int = 40) -> String {
        let pieces = ["a", "Z", "9", " ", "/", "%", "\"", "\\", "é", "e\u{301}", "漢", "😀", "{", "-", "\u{2028}"]
        var text = ""
        for _ in 0..<Int.random(in: 1...20, using: &random) {
            let piece = pieces.randomElement(using: &random) ?? "a"
            if text.utf8.count + piece.utf8.count <= maxBytes { text += piece }
        }
        return text
    }

    /// Text as it may stand in an error: with control characters.
    mutating func sentence() -> String { text() + (flag() ? "\n\t\u{1}\u{7F}\r" : "") }

    mutating func name() -> Name { Name(checked: text()) }

    mutating func jobID() -> JobID { JobID(run: name(), job: name()) }

    mutating func state() -> JobState { JobState.allCases.randomElement(using: &random) ?? .queued }

    mutating func list<Value>(_ limit: Int = 5, _ make: (inout Samples) -> Value) -> [Value] {
        (0..<Int.random(in: 0...limit, using: &random)).map { _ in make(&self) }
    }

    mutating func gaps() -> [SequenceGap] {
        list { samples in
            let first = samples.count(1000)
            return SequenceGap(first: first, last: first + samples.count(5))
        }
    }

    mutating func requestID() -> RequestID? {
        maybe(flag() ? RequestID(count()) : RequestID(text(30)))
    }

    mutating func error(_ codes: [Code] = [.malformed, .unprocessable, .notFound]) -> ProtocolError {
        let code = codes.randomElement(using: &random) ?? .malformed
        return ProtocolError(
            code, sentence(), field: maybe("regions[0].shape"), retryAfterMs: code.isRetriable ? count() : nil)
    }

    mutating func region() -> RegionHeader {
        let dtype = Dtype.allCases.randomElement(using: &random) ?? .float32
        let points: AxisHeader.Points =
            flag() ? .explicit(dtype) : .uniform(startEV: number(), stepEV: flag() ? 0.1 : -0.05)
        let kind: AxisHeader.Kind = flag() ? .binding : .kinetic
        var region = RegionHeader(
            name: text(), dtype: dtype, stack: maybe(1 + count(5)), points: 2 + count(7000),
            axis: AxisHeader(kind: kind, points: points),
            ordinate: Ordinate.allCases.randomElement(using: &random) ?? .counts)
        region.photonEnergyEV = kind == .kinetic ? 1486.6 : maybe(number())
        region.workFunctionEV = maybe(number())
        region.passEnergyEV = maybe(number())
        region.dwellS = maybe(number())
        region.sweeps = maybe(4)
        region.isTransmissionCorrected = maybe(flag())
        return region
    }

    mutating func jobHeader() -> JobHeader {
        JobHeader(
            run: name(), job: maybe(name()), seq: maybe(count()), expected: maybe(count()),
            regions: [region()] + list { $0.region() },
            jobClass: flag() ? .complete : .live(ttlMs: 1 + count(3_599_999)))
    }

    mutating func runCounts() -> RunCounts {
        var counts = RunCounts(run: name(), expected: maybe(count()), openedMs: count())
        counts.accepted = count()
        counts.queued = count()
        counts.leased = count()
        counts.computed = count()
        counts.stored = count()
        counts.dead = count()
        counts.cancelled = count()
        counts.expired = count()
        counts.refused = count()
        counts.missing = count()
        counts.gaps = gaps()
        counts.isClosed = flag()
        return counts
    }

    mutating func deadLetter() -> DeadLetter {
        DeadLetter(
            id: jobID(), seq: maybe(count()), attempts: count(), error: sentence(), workers: list { $0.text() },
            diedMs: count())
    }

    mutating func progress() -> ProgressEvent {
        var event = ProgressEvent(
            n: 1 + count(9999), epoch: text(), run: name(), expected: maybe(count()), timeMs: count())
        event.acquired = count()
        event.analysed = count()
        event.failed = count()
        event.cancelled = count()
        event.expired = count()
        event.queued = count()
        event.inFlight = count()
        event.spectra = count()
        event.missing = count()
        event.gaps = gaps()
        event.state = ProgressEvent.State.allCases.randomElement(using: &random) ?? .open
        event.rateHz = abs(number())
        event.etaS = maybe(abs(number()))
        return event
    }

    mutating func collector() -> CollectorStatus {
        CollectorStatus(
            collector: text(), host: text(), pid: count(), software: text(), events: "tcp://h:1", http: maybe(text()))
    }
}
