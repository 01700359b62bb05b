internal import Glibc

/// An open file; it is closed when nobody holds it any longer, so a reader may finish while its segment is dropped.
package final class JournalFile: Sendable {
    let descriptor: Int32

    init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    deinit {
        // A child that was being started meanwhile may hold the file open a little longer; a lock must not last with it.
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }

    package func byteCount() -> Int? {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? Int(status.st_size) : nil
    }

    /// Reads into the buffer until it is full, the file ends or the disk refuses; returns how far it came.
    package func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) -> (
        count: Int, code: Int32
    ) {
        var count = 0
        while count < buffer.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[count...])
            let got = pread(descriptor, rest.baseAddress, rest.count, off_t(offset + count))
            if got < 0, errno == EINTR { continue }
            if got < 0 { return (count, errno) }
            if got == 0 { break }
            count += got
        }
        return (count, 0)
    }

    /// The bytes of a range, fewer where the file ends; nil when the disk refuses.
    package func read(_ range: Range<Int>) -> [UInt8]? {
        var code: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: range.count) { buffer, count in
            let result = read(into: UnsafeMutableRawBufferPointer(buffer), at: range.lowerBound)
            count = result.count
            code = result.code
        }
        return code == 0 ? bytes : nil
    }

    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> Int32 {
        var count = 0
        while count < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[count...])
            let put = pwrite(descriptor, rest.baseAddress, rest.count, off_t(offset + count))
            if put < 0, errno == EINTR { continue }
            if put < 0 { return errno }
            count += put
        }
        return 0
    }

    /// Data, and of the metadata what is needed to read it back.
    func sync() -> Int32 {
        fdatasync(descriptor) == 0 ? 0 : errno
    }

    func cut(toBytes count: Int) -> Int32 {
        ftruncate(descriptor, off_t(count)) == 0 ? 0 : errno
    }
}
