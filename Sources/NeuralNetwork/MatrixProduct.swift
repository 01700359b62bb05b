import COpenBLAS

/// Products of row-major matrices through OpenBLAS, in the three forms that a layer needs.
public enum MatrixProduct {
    /// Threads OpenBLAS may use in this process, one unless this is called; results are bit-equal for one count.
    public static func setThreads(_ count: Int) {
        ProcessorKernels.chosen
        openblas_set_num_threads(Int32(clamping: count))
    }

    /// c[m,n] += a[m,k] · b[n,k]ᵀ.
    static func addTimesTransposed(_ a: Buffer, _ b: Buffer, into c: Buffer, m: Int, n: Int, k: Int) {
        ProcessorKernels.chosen
        precondition(a.count >= m * k && b.count >= n * k && c.count >= m * n, "matrix sizes do not fit")
        if m <= 2, let x = a.values.baseAddress, let y = c.values.baseAddress {
            // sgemm packs all of b, even for a row or two; sgemv streams it once for each.
            for row in 0..<m {
                cblas_sgemv(
                    CblasRowMajor, CblasNoTrans, Int32(n), Int32(k), 1, b.values.baseAddress, Int32(k), x + row * k, 1,
                    1, y + row * n, 1)
            }
            return
        }
        cblas_sgemm(
            CblasRowMajor, CblasNoTrans, CblasTrans, Int32(m), Int32(n), Int32(k), 1,
            a.values.baseAddress, Int32(k), b.values.baseAddress, Int32(k), 1, c.values.baseAddress, Int32(n))
    }

    /// c[m,n] = a[m,k] · b[k,n].
    static func times(_ a: Buffer, _ b: Buffer, into c: Buffer, m: Int, n: Int, k: Int) {
        ProcessorKernels.chosen
        precondition(a.count >= m * k && b.count >= k * n && c.count >= m * n, "matrix sizes do not fit")
        cblas_sgemm(
            CblasRowMajor, CblasNoTrans, CblasNoTrans, Int32(m), Int32(n), Int32(k), 1,
            a.values.baseAddress, Int32(k), b.values.baseAddress, Int32(n), 0, c.values.baseAddress, Int32(n))
    }

    /// c[m,n] = a[k,m]ᵀ · b[k,n].
    static func transposedTimes(_ a: Buffer, _ b: Buffer, into c: Buffer, m: Int, n: Int, k: Int) {
        ProcessorKernels.chosen
        precondition(a.count >= k * m && b.count >= k * n && c.count >= m * n, "matrix sizes do not fit")
        cblas_sgemm(
            CblasRowMajor, CblasTrans, CblasNoTrans, Int32(m), Int32(n), Int32(k), 1,
            a.values.baseAddress, Int32(m), b.values.baseAddress, Int32(n), 0, c.values.baseAddress, Int32(n))
    }
}
