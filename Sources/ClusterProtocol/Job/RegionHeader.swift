/// One region of a job: what its array frame holds and how it was measured.
public struct RegionHeader: Hashable, Sendable {
    /// `C 1s`, `survey`, ...
    public var name: String
    /// The type of the array frame.
    public var dtype: Dtype
    /// The number of spectra in the stack; nil for a plain spectrum, whose shape has one dimension.
    public var stack: Int?
    /// The number of energies.
    public var points: Int
    /// The energy axis.
    public var axis: AxisHeader
    /// What the intensities are.
    public var ordinate: Ordinate
    /// Photon energy in eV.
    public var photonEnergyEV: Double?
    /// The analyser's work function in eV; absent means the axis is referred to the Fermi level.
    public var workFunctionEV: Double?
    /// Pass energy in eV.
    public var passEnergyEV: Double?
    /// Time at each point and sweep in seconds.
    public var dwellS: Double?
    /// How often the region was swept.
    public var sweeps: Double?
    /// Whether the analyser's transmission was divided out.
    public var isTransmissionCorrected: Bool?
    /// The type of the frame that holds the analyser's transmission at each point; nil where there is none.
    public var transmission: Dtype?

    /// A region with what is required of it.
    public init(
        name: String, dtype: Dtype = .float32, stack: Int? = nil, points: Int, axis: AxisHeader,
        ordinate: Ordinate = .counts
    ) {
        self.name = name
        self.dtype = dtype
        self.stack = stack
        self.points = points
        self.axis = axis
        self.ordinate = ordinate
    }

    /// The number of spectra, 1 for a plain one.
    public var spectra: Int { stack ?? 1 }

    /// The number of frames: the array, the axis if it has its own, and the transmission if there is one.
    public var frameCount: Int { 1 + (axis.frameDtype == nil ? 0 : 1) + (transmission == nil ? 0 : 1) }

    /// `[points]` or `[n, points]`.
    public var shape: [Int] { stack.map { [$0, points] } ?? [points] }
}

extension RegionHeader: WireObject {
    /// Reads the members of a region.
    public init(_ object: JSONObject) throws(ProtocolError) {
        let nameValue = try object.required("name")
        name = try nameValue.string()
        if let fault = Name.fault(in: name, maxBytes: Limits.regionNameBytes) { throw nameValue.wrong(fault) }
        dtype = try Dtype(try object.required("dtype"))
        let shapeValue = try object.required("shape")
        let dimensions = try shapeValue.elements()
        guard let last = dimensions.last, dimensions.count <= 2 else {
            throw shapeValue.wrong("must be [points] or [n, points]")
        }
        points = try last.integer(in: 2...Limits.integer)
        stack = dimensions.count == 2 ? try dimensions[0].integer(in: 1...Limits.integer) : nil
        axis = try object.required("axis").object(AxisHeader.self)
        ordinate = .counts
        if let value = try object.value("ordinate") {
            guard let known = Ordinate(rawValue: try value.string()) else {
                throw value.wrong("must be one of \(Ordinate.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            ordinate = known
        }
        photonEnergyEV = try object.value("photon_energy_eV")?.number()
        workFunctionEV = try object.value("work_function_eV")?.number()
        passEnergyEV = try object.value("pass_energy_eV")?.number()
        dwellS = try object.value("dwell_s")?.number()
        sweeps = try object.value("sweeps")?.number()
        isTransmissionCorrected = try object.value("transmission_corrected")?.boolean()
        if let value = try object.value("transmission") { transmission = try Dtype(value) }
        if axis.kind == .kinetic, photonEnergyEV == nil {
            throw ProtocolError(
                .malformed, "The key photon_energy_eV is missing, and a kinetic energy axis needs it.",
                field: "photon_energy_eV")
        }
    }

    /// Writes the members of a region.
    public func writeMembers(to writer: inout JSONWriter) {
        writer.field("name", name)
        writer.field("dtype", dtype.rawValue)
        writer.field("shape", shape)
        writer.field("axis", axis)
        writer.field("ordinate", ordinate.rawValue)
        writer.field("photon_energy_eV", photonEnergyEV)
        writer.field("work_function_eV", workFunctionEV)
        writer.field("pass_energy_eV", passEnergyEV)
        writer.field("dwell_s", dwellS)
        writer.field("sweeps", sweeps)
        writer.field("transmission_corrected", isTransmissionCorrected)
        writer.field("transmission", transmission?.rawValue)
    }
}
