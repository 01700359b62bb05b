/// y(i) = mean of x(factor · i ..< factor · (i + 1)): fewer and wider cells.
public enum CellAverage {
    /// y [count/factor] of x [count]; rows whose length divides by the factor may follow one another.
    public static func forward(_ x: Buffer, into y: Buffer, count: Int, factor: Int) {
        precondition(count % factor == 0 && x.count >= count && y.count >= count / factor, "whole cells, room for them")
        let (x, y) = (x.values, y.values)
        let scale = 1 / Float(factor)
        if factor == 2 {
            for i in 0..<count / 2 { y[i] = scale * (x[2 &* i] + x[2 &* i &+ 1]) }
        } else if factor == 4 {
            for i in 0..<count / 4 {
                let j = 4 &* i
                y[i] = scale * ((x[j] + x[j &+ 1]) + (x[j &+ 2] + x[j &+ 3]))
            }
        } else {
            for i in 0..<count / factor {
                var sum: Float = 0
                for j in 0..<factor { sum += x[factor * i + j] }
                y[i] = scale * sum
            }
        }
    }
}
