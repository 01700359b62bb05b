import ClusterProtocol
import Logging
import ZeroMQ

/// Questions of clients that only the store can answer; the broker passes them on and the answers back.
extension Collector {
    func answer(_ query: Int, _ frames: [Frame]) {
        guard frames.count > 1, let link else { return }
        let question = frames[1]
        Task {
            let answer = await reply(to: question)
            // Another connection has other queries.
            if link === self.link { tell(.answer(query: query), answer) }
        }
    }

    private func reply(to question: Frame) async -> [Frame] {
        let request: Request
        do {
            request = try question.withUnsafeBytes { bytes throws(ProtocolError) in try Request(bytes, on: .submit) }
        } catch {
            return [Frame(question.withUnsafeBytes { Reply(refusing: $0, error) }.encoded())]
        }
        do {
            switch request.operation {
            case .result(let id): return try await result(of: id, for: request)
            case .snapshotRuns:
                let runs = progress.keys.sorted().compactMap { publisher.lastValue(of: .progress($0))?.encoded() }
                return frames(.snapshotRuns(epoch: publisher.epoch), request, lines: runs)
            case .snapshotResults(let run, let after, let limit):
                return try await results(of: run, after: after, limit: limit, for: request)
            default:
                throw ProtocolError(.notFound, "The collector does not answer \(request.operation.op).", field: "op")
            }
        } catch let error as ProtocolError {
            return [Frame(Reply(refusing: request, error).encoded())]
        } catch {
            logger.error("a query failed: \(error)")
            let refusal = ProtocolError(.unavailable, "The store cannot be read: \(error).", retryAfterMs: 1_000)
            return [Frame(Reply(refusing: request, refusal).encoded())]
        }
    }

    private func result(of id: JobID, for request: Request) async throws -> [Frame] {
        guard let spectra = try await reader.spectra(of: id) else {
            throw ProtocolError(.notFound, "No result of job \(id.job) of run \(id.run) is stored.", field: "job")
        }
        return frames(.result(id, spectra: spectra.count), request, lines: spectra.map { Array($0.row.utf8) })
    }

    private func results(of run: Name, after: Int, limit: Int, for request: Request) async throws -> [Frame] {
        guard case .progress(let progress)? = publisher.lastValue(of: .progress(run)) else {
            throw ProtocolError(.notFound, "There is no run \(run).", field: "run")
        }
        let spectra = try await reader.spectra(run: run, after: after, limit: limit)
        let body = Reply.Body.snapshotResults(run: run, epoch: publisher.epoch, progress: progress)
        return frames(body, request, lines: spectra.map { Event.result(ResultEvent($0)).encoded() })
    }

    private func frames(_ body: Reply.Body, _ request: Request, lines: [[UInt8]]) -> [Frame] {
        [Frame(Reply(body, id: request.id).encoded()), Frame(ResultLines.frame(lines))]
    }
}

extension ResultEvent {
    init(_ spectrum: StoredSpectrum) {
        self.init(
            n: spectrum.n, id: spectrum.id, seq: spectrum.seq, index: spectrum.index, row: Array(spectrum.row.utf8))
    }
}
