import Spectroscopy
import Testing

@Suite struct EnergyGridTests {
    @Test func standardReachesFrom40To700EVIn6601Cells() {
        let grid = EnergyGrid.standard
        #expect(grid.startEV == 40)
        #expect(grid.stepEV == 0.1)
        #expect(grid.count == 6601)
        #expect(abs(grid.endEV - 700) < 1e-9)
    }

    @Test func cellsAreFoundByEnergy() {
        let grid = EnergyGrid.standard
        #expect(grid.cell(ofEV: 40) == 0)
        #expect(grid.cell(ofEV: 285.1) == 2451)
        #expect(grid.cell(ofEV: 285.13) == 2451)
        #expect(grid.cell(ofEV: 700.04) == 6600)
        #expect(grid.cell(ofEV: 700.06) == nil)
        #expect(grid.cell(ofEV: 39.9) == nil)
        #expect(grid.cell(ofEV: .nan) == nil)
        for cell in [0, 17, 3300, 6600] { #expect(grid.cell(ofEV: grid.energyEV(at: cell)) == cell) }
    }
}
