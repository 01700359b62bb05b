import Dispatch
import NeuralNetwork
import Synthesis

/// Draws and reads the next batch of measurements on a thread of its own while a training learns from the last one: to
/// make a measurement takes about a third as long as to learn from it.
///
/// The batches are the same, in the same order, as if they were drawn one after the other.
final class MeasurementFeed {
    /// A batch of readings with their truth.
    struct Batch {
        let input: RegionInput
        let truth: MeasurementBatch

        init(input: RegionInput, truth: MeasurementBatch) { (self.input, self.truth) = (input, truth) }

        init(maxBatch: Int, constituents: Int) {
            self.init(
                input: RegionInput(maxBatch: maxBatch),
                truth: MeasurementBatch(maxBatch: maxBatch, constituents: constituents))
        }
    }

    private let thread = DispatchQueue(label: "measurements")
    private let isReady = DispatchSemaphore(value: 0)
    private let source: Source
    private var coming: Batch

    /// What the thread draws from.
    private final class Source {
        var generator: MeasurementGenerator
        var random: RandomGenerator
        let count: Int

        init(_ generator: MeasurementGenerator, _ random: RandomGenerator, count: Int) {
            (self.generator, self.random, self.count) = (generator, random, count)
        }
    }

    /// A feed of batches of `count`; the first is drawn at once, into `batch`.
    init(_ generator: MeasurementGenerator, random: RandomGenerator, count: Int, into batch: Batch) {
        source = Source(generator, random, count: count)
        coming = batch
        draw()
    }

    /// The next batch; `used` is refilled meanwhile, unless it is nil, and then the feed ends.
    func next(refilling used: Batch?) -> Batch {
        isReady.wait()
        let ready = coming
        if let used {
            coming = used
            draw()
        }
        return ready
    }

    private func draw() {
        // Only the thread touches source and batch from here until it signals, for which `next` waits.
        nonisolated(unsafe) let (source, batch) = (source, coming)
        thread.async { [isReady] in
            batch.truth.fill(batch.input, from: &source.generator, count: source.count, random: &source.random)
            isReady.signal()
        }
    }
}
