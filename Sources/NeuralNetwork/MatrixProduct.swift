import COpenBLAS

/// Products of row-major matrices through OpenBLAS, in the three forms that a layer needs.
public enum MatrixProduct {
    /// Threads OpenBLAS may use in this process, one unless this is called; results are bit-equal for one count.
    public static func setThreads(_ count: Int) {
        ProcessorKernels.chosen
        openblas_set_num_threads(Int32(clamping: count))
    }

    /// Σ a(i)² over a stretch.
    static func squaredNorm(_ a: Buffer, _ range: Range<Int>) -> Double {
        ProcessorKernels.chosen
        precondition(range.lowerBound >= 0 && range.upperBound <= a.count, "\(range) of a buffer of \(a.count)")
        guard let a = a.values.baseAddress else { return 0 }
        var total = 0.0
        // Blocks bound the rounding error of single-precision sums.
        for start in stride(from: range.lowerBound, to: range.upperBound, by: 4096) {
            let count = Int32(min(4096, range.upperBound - start))
            total += Double(cblas_sdot(count, a + start, 1, a + start, 1))
        }
        return total
    }

    /// s[m] = Σ a[m,n] over the columns that are named.
    static func rowSums(_ a: Buffer, into s: Buffer, m: Int, n: Int, columns: [Range<Int>]) {
        ProcessorKernels.chosen
        precondition(a.count >= m * n && s.count >= m, "matrix sizes do not fit")
        s.values.update(repeating: 0)
        let ones = [Float](repeating: 1, count: columns.map(\.count).max() ?? 0)
        guard let a = a.values.baseAddress, let s = s.values.baseAddress else { return }
        for range in columns {
            cblas_sgemv(
                CblasRowMajor, CblasNoTrans, Int32(m), Int32(range.count), 1, a + range.lowerBound, Int32(n), ones, 1,
                1, s, 1)
        }
    }

    /// y[m] += a[m,k] · x[k], the matrix being part of an array.
    package static func addTimes(_ a: [Float], from start: Int = 0, _ x: [Float], into y: inout [Float]) {
        ProcessorKernels.chosen
        let (m, k) = (y.count, x.count)
        precondition(start >= 0 && a.count >= start + m * k, "\(m) by \(k) from \(start) of \(a.count)")
        a.withUnsafeBufferPointer { a in
            guard let a = a.baseAddress, m > 0, k > 0 else { return }
            cblas_sgemv(CblasRowMajor, CblasNoTrans, Int32(m), Int32(k), 1, a + start, Int32(k), x, 1, 1, &y, 1)
        }
    }

    /// c[m,n] += a[m,k] · b[n,k]ᵀ, over the columns of a and b that are named; a is zero in the others.
    static func addTimesTransposed(
        _ a: Buffer, _ b: Buffer, into c: Buffer, m: Int, n: Int, k: Int, columns: [Range<Int>]? = nil
    ) {
        ProcessorKernels.chosen
        precondition(a.count >= m * k && b.count >= n * k && c.count >= m * n, "matrix sizes do not fit")
        guard let a = a.values.baseAddress, let b = b.values.baseAddress, let c = c.values.baseAddress else { return }
        for range in columns ?? [0..<k] {
            let (start, count) = (range.lowerBound, Int32(range.count))
            if m <= 2 {
                // sgemm packs all of b, even for a row or two; sgemv streams it once for each.
                for row in 0..<m {
                    cblas_sgemv(
                        CblasRowMajor, CblasNoTrans, Int32(n), count, 1, b + start, Int32(k), a + row * k + start, 1, 1,
                        c + row * n, 1)
                }
            } else {
                cblas_sgemm(
                    CblasRowMajor, CblasNoTrans, CblasTrans, Int32(m), Int32(n), count, 1, a + start, Int32(k),
                    b + start, Int32(k), 1, c, Int32(n))
            }
        }
    }

    /// c[m,n] = a[m,k] · b[k,n], the columns of c that are named.
    static func times(
        _ a: Buffer, _ b: Buffer, into c: Buffer, m: Int, n: Int, k: Int, columns: [Range<Int>]? = nil
    ) {
        ProcessorKernels.chosen
        precondition(a.count >= m * k && b.count >= k * n && c.count >= m * n, "matrix sizes do not fit")
        guard let a = a.values.baseAddress, let b = b.values.baseAddress, let c = c.values.baseAddress else { return }
        for range in columns ?? [0..<n] {
            let start = range.lowerBound
            cblas_sgemm(
                CblasRowMajor, CblasNoTrans, CblasNoTrans, Int32(m), Int32(range.count), Int32(k), 1, a, Int32(k),
                b + start, Int32(n), 0, c + start, Int32(n))
        }
    }

    /// c[m,n] = a[k,m]ᵀ · b[k,n], the columns of c that are named.
    static func transposedTimes(
        _ a: Buffer, _ b: Buffer, into c: Buffer, m: Int, n: Int, k: Int, columns: [Range<Int>]? = nil
    ) {
        ProcessorKernels.chosen
        precondition(a.count >= k * m && b.count >= k * n && c.count >= m * n, "matrix sizes do not fit")
        guard let a = a.values.baseAddress, let b = b.values.baseAddress, let c = c.values.baseAddress else { return }
        for range in columns ?? [0..<n] {
            let start = range.lowerBound
            cblas_sgemm(
                CblasRowMajor, CblasTrans, CblasNoTrans, Int32(m), Int32(range.count), Int32(k), 1, a, Int32(m),
                b + start, Int32(n), 0, c + start, Int32(n))
        }
    }
}
