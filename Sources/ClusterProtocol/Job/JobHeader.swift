/// The header of a submitted job: section 4.1 of the specification.
public struct JobHeader: Hashable, Sendable {
    /// The scan or sample the job belongs to.
    public var run: Name
    /// The client's key; nil where it gave none.
    public var job: Name?
    /// The number of the job in its run.
    public var seq: Int?
    /// The total number of jobs of the run, if known.
    public var expected: Int?
    /// The regions, in the order of their frames.
    public var regions: [RegionHeader]
    /// Whether the job is to be done in any case, or fresh.
    public var jobClass: JobClass
    /// Where the user's own object stands in the header's bytes.
    public var metaRange: Range<Int>?

    /// A header to submit.
    public init(
        run: Name, job: Name? = nil, seq: Int? = nil, expected: Int? = nil, regions: [RegionHeader],
        jobClass: JobClass = .complete
    ) {
        self.run = run
        self.job = job
        self.seq = seq
        self.expected = expected
        self.regions = regions
        self.jobClass = jobClass
    }

    /// The job's key: the client's own, or its number in decimal; nil where the broker must make one up.
    public var key: Name? { job ?? seq.map(Name.init(seq:)) }

    /// The number of spectra in the job: the same in every region.
    public var spectraCount: Int { regions.first?.spectra ?? 0 }

    /// The number of frames behind the header.
    public var frameCount: Int { regions.reduce(0) { $0 + $1.frameCount } }

    /// The index, among the frames behind the header, of a region's array frame.
    public func arrayFrame(of region: Int) -> Int {
        regions[..<region].reduce(0) { $0 + $1.frameCount }
    }

    /// The index of a region's axis frame, nil where its step is constant.
    public func axisFrame(of region: Int) -> Int? {
        regions[region].axis.frameDtype == nil ? nil : arrayFrame(of: region) + 1
    }

    /// The index of a region's transmission frame, nil where there is none.
    public func transmissionFrame(of region: Int) -> Int? {
        regions[region].transmission == nil ? nil : arrayFrame(of: region) + regions[region].frameCount - 1
    }

    /// Reads a submit header, as a worker or the collector that is handed one.
    public init(_ header: UnsafeRawBufferPointer) throws(ProtocolError) {
        try self.init(JSONObject(header))
    }

    init(_ object: JSONObject) throws(ProtocolError) {
        run = try object.required("run").name(.run)
        job = try object.value("job")?.name(.job)
        seq = try object.value("seq")?.integer()
        expected = try object.value("expected")?.integer()
        let list = try object.required("regions")
        regions = try list.objects(RegionHeader.self)
        jobClass = .complete
        guard !regions.isEmpty else { throw list.wrong("must hold at least one region") }
        guard regions.count <= Limits.regions else {
            throw ProtocolError(
                .tooLarge, "The job has \(regions.count) regions; at most \(Limits.regions) are allowed.",
                field: "regions")
        }
        if let meta = try object.value("meta") {
            guard meta.kind == .object else { throw meta.wrong("must be an object") }
            metaRange = meta.range
        }
        jobClass = try JobClass(object)
    }

    /// The header frame, with `meta` as a JSON object if given.
    public func encoded(id: RequestID? = nil, meta: [UInt8]? = nil) -> [UInt8] {
        var writer = JSONWriter(capacity: 512)
        writer.beginObject()
        writer.field("v", Limits.version)
        writer.field("op", "submit")
        writer.field("id", raw: id?.json)
        writeMembers(to: &writer)
        writer.field("meta", raw: meta)
        writer.endObject()
        return writer.bytes
    }

    func writeMembers(to writer: inout JSONWriter) {
        writer.field("run", run)
        writer.field("job", job)
        writer.field("seq", seq)
        writer.field("expected", expected)
        writer.field("regions", regions)
        jobClass.writeMembers(to: &writer)
    }
}
