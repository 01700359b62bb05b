/// The energy axis of a region as its header says it, in eV.
public struct AxisHeader: Hashable, Sendable {
    /// Which energy is on the axis.
    public enum Kind: String, Sendable, CaseIterable {
        /// Binding energy.
        case binding
        /// Kinetic energy: needs the photon energy.
        case kinetic
    }

    /// Where the energies are.
    public enum Points: Hashable, Sendable {
        /// `start + i * step`; a negative step descends.
        case uniform(startEV: Double, stepEV: Double)
        /// In a frame of their own, of this type, right behind the array frame.
        case explicit(Dtype)
    }

    /// Which energy is on the axis.
    public var kind: Kind
    /// Where the energies are.
    public var points: Points

    /// An axis.
    public init(kind: Kind, points: Points) {
        self.kind = kind
        self.points = points
    }

    /// A binding energy axis with constant step.
    public static func binding(startEV: Double, stepEV: Double) -> AxisHeader {
        AxisHeader(kind: .binding, points: .uniform(startEV: startEV, stepEV: stepEV))
    }

    /// The type of the axis frame, nil where the step is constant and there is none.
    public var frameDtype: Dtype? {
        if case .explicit(let dtype) = points { dtype } else { nil }
    }
}

extension AxisHeader: WireObject {
    /// Reads the members of `axis`.
    public init(_ object: JSONObject) throws(ProtocolError) {
        let kindValue = try object.required("kind")
        let kindText = try kindValue.view()
        if kindText == "binding" {
            kind = .binding
        } else if kindText == "kinetic" {
            kind = .kinetic
        } else {
            throw kindValue.wrong("must be \"binding\" or \"kinetic\"")
        }
        let unit = try object.required("unit")
        guard try unit.view() == "eV" else { throw unit.wrong("must be \"eV\"") }
        if let dtype = try object.value("dtype") {
            points = .explicit(try Dtype(dtype))
            return
        }
        let start = try object.required("start").number()
        let stepValue = try object.required("step")
        let step = try stepValue.number()
        guard step != 0 else { throw stepValue.wrong("must not be zero") }
        points = .uniform(startEV: start, stepEV: step)
    }

    /// Writes the members of `axis`.
    public func writeMembers(to writer: inout JSONWriter) {
        writer.field("kind", kind.rawValue)
        writer.field("unit", "eV")
        switch points {
        case .uniform(let start, let step):
            writer.field("start", start)
            writer.field("step", step)
        case .explicit(let dtype):
            writer.field("dtype", dtype.rawValue)
        }
    }
}
