import ClusterProtocol
import Testing

@Suite("Array frames")
struct DtypeTests {
    @Test("Elements are read at any address", arguments: 0..<8)
    func unaligned(offset: Int) {
        let values: [Float] = [1, -2.5, 3e38, 0]
        let bytes = [UInt8](repeating: 7, count: offset) + values.withUnsafeBytes { Array($0) }
        withViews([bytes]) { views in
            let frame = UnsafeRawBufferPointer(rebasing: views[0][offset...])
            #expect(Dtype.float32.floats(from: frame, elements: 0..<4) == values)
            #expect(Dtype.float32.floats(from: frame, elements: 1..<3) == [-2.5, 3e38])
            #expect(Dtype.float32.floats(from: frame, elements: 2..<2) == [])
        }
    }

    @Test("A row of a stack is a slice of its frame")
    func rows() {
        let frame: [UInt16] = [1, 2, 3, 4, 5, 6]
        frame.withUnsafeBytes { bytes in
            #expect(Dtype.uint16.floats(from: bytes, elements: 2..<4) == [3, 4])
        }
    }

    @Test("The first value that is not finite is found wherever it stands", arguments: [Dtype.float32, .float64])
    func notFinite(dtype: Dtype) throws {
        let count = 1100
        var region = RegionHeader(name: "C 1s", dtype: dtype, points: count, axis: .binding(startEV: 0, stepEV: 1))
        region.photonEnergyEV = 1486.6
        let job = JobHeader(run: "r", regions: [region])
        for place in [0, 1, 255, 256, 257, 700, 1023, 1024, 1099] {
            for bad in [Double.nan, .infinity, -.infinity] {
                var values = [Double](repeating: 3e37, count: count)
                values[place] = bad
                let frame =
                    dtype == .float64
                    ? values.withUnsafeBytes { Array($0) } : values.map(Float.init).withUnsafeBytes { Array($0) }
                withViews([frame]) { frames in
                    do throws(ProtocolError) {
                        try job.validate(headerBytes: 100, frames: frames)
                        Issue.record("\(bad) at \(place) was accepted")
                    } catch {
                        #expect(error.message.contains("Value \(place) "), "\(error)")
                    }
                }
            }
        }
    }

    @Test("The largest finite values pass")
    func finite() throws {
        var region = RegionHeader(name: "C 1s", points: 600, axis: .binding(startEV: 0, stepEV: 1))
        region.stack = 1
        let frame = [Float](repeating: -.greatestFiniteMagnitude, count: 600).withUnsafeBytes { Array($0) }
        try withViews([frame]) { frames in
            try JobHeader(run: "r", regions: [region]).validate(headerBytes: 100, frames: frames)
        }
    }
}
