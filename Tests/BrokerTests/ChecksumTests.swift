import Broker
import Testing

@Suite struct ChecksumTests {
    /// Length, XXH64 with seed 0, XXH64 with seed 0x9E3779B185EBCA87, of the bytes below; from xxhash 0.8 (Python).
    static let vectors: [(Int, UInt64, UInt64)] = [
        (0, 0xEF46_DB37_51D8_E999, 0x6EC6_D05F_61C7_E7A7),
        (1, 0xA96C_7F0C_E858_BBB7, 0x0C81_0166_B301_22A5),
        (3, 0xBED4_3740_EE63_32BB, 0x7B4F_2F57_5536_D889),
        (4, 0xFA21_2AE4_4B3B_B23D, 0x18F6_C5E7_8F96_6CFA),
        (7, 0x2744_460D_D675_D2C0, 0x88B4_AE4C_1E17_4322),
        (8, 0x994B_676B_71CE_94DD, 0xB7E4_96BB_FB84_04D4),
        (11, 0x97F0_78DA_7A1A_590C, 0x620D_826E_A16B_6FB3),
        (12, 0xB92F_588C_E720_786E, 0x0130_EA64_987E_01B9),
        (15, 0x09E6_451E_D2FF_8B1D, 0xBBFA_B07A_C728_B2A5),
        (31, 0x6711_D55E_306B_5D8F, 0xBF6B_0226_99BB_8376),
        (32, 0x07F7_B8E3_BC5D_6E25, 0x3ABF_0450_7446_6999),
        (33, 0x09F8_5EEB_4E1C_BE9F, 0x884E_59F4_2FB1_CE66),
        (39, 0xB13C_137A_0FB7_01C3, 0xEA5D_6FFC_5075_5F71),
        (63, 0xB7C9_968C_066C_B6A5, 0xFB6A_31DF_721C_899E),
        (64, 0x50D4_159A_0411_632E, 0x1968_F929_1938_2D6F),
        (100, 0x9DDA_DA11_D3DC_2D8F, 0x0494_65B8_64C1_577B),
        (1000, 0x5CCF_2F87_6302_7D49, 0x3662_7FF7_E699_AE5F),
        (26405, 0x6843_504C_0F03_EB1D, 0x15FF_FBAF_AF2B_10B3),
    ]

    static func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { (index: Int) -> UInt8 in
            let value: Int = index * 131 + 7 + (index >> 8) * 17
            return UInt8(value & 255)
        }
    }

    @Test(arguments: vectors)
    func agreesWithTheReference(count: Int, plain: UInt64, seeded: UInt64) {
        #expect(Checksum.of(Self.bytes(count)) == plain)
        #expect(Checksum.of(Self.bytes(count), seed: 0x9E37_79B1_85EB_CA87) == seeded)
    }

    @Test func wordsFromTheSpecification() {
        #expect(Checksum.of([UInt8]("a".utf8)) == 0xD24E_C4F1_A98C_6E5B)
        #expect(Checksum.of([UInt8]("abc".utf8)) == 0x44BC_2CF5_AD77_0999)
        #expect(Checksum.of([UInt8]("Nobody inspects the spammish repetition".utf8)) == 0xFBCE_A83C_8A37_8BF1)
    }

    @Test func doesNotDependOnHowTheStreamIsCut() {
        let bytes = Self.bytes(300)
        for step in 1...70 {
            var checksum = Checksum()
            for start in stride(from: 0, to: bytes.count, by: step) {
                bytes[start..<min(start + step, bytes.count)].withUnsafeBytes { checksum.update($0) }
            }
            #expect(checksum.value == Checksum.of(bytes))
        }
    }
}
