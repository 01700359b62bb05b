public import Foundation
import NeuralNetwork
public import Synthesis

extension Trainer {
    private static let formatName = "corelevel-checkpoint-1"

    private enum Key {
        static let format = "format"
        static let plan = "plan"
        static let epoch = "epoch"
        static let step = "step"
        static let history = "history"
        static let mean = "adamw.mean."
        static let square = "adamw.square."
        static let best = "best."
    }

    /// Writes all that a later `resume` needs, replacing an older checkpoint in a single step.
    public func save(checkpoint url: URL) throws {
        let encoder = JSONEncoder()
        var writer = SafeTensorsWriter(metadata: [
            Key.format: Self.formatName, Key.epoch: "\(epoch)", Key.step: "\(optimizer.step)",
            Key.plan: String(decoding: try encoder.encode(plan), as: UTF8.self),
            Key.history: String(decoding: try encoder.encode(history), as: UTF8.self),
        ])
        for (parameter, moments) in zip(network.parameters, moments) {
            writer.add(parameter.name, shape: parameter.shape, floats: parameter.value.array)
            writer.add(Key.mean + parameter.name, shape: parameter.shape, floats: moments.mean.array)
            writer.add(Key.square + parameter.name, shape: parameter.shape, floats: moments.square.array)
        }
        for (name, values) in network.statistics {
            writer.add(name, shape: [values.count], floats: values.array)
        }
        for (name, weights) in best ?? [:] {
            writer.add(Key.best + name, shape: weights.shape, floats: weights.values)
        }
        try writer.write(to: url)
    }

    /// Goes on where a checkpoint of the same plan ended; a plan that differs is refused, except for more or fewer
    /// epochs where the course of the rate does not depend on them.
    public static func resume(
        plan: TrainingPlan, library: PolymerLibrary, spectra: SpectralLibrary? = nil, checkpoint url: URL
    ) throws -> Trainer {
        let file = try SafeTensors(contentsOf: url)
        guard file.metadata[Key.format] == formatName else {
            throw ModelError("\(url.path) is no checkpoint of a training: remove it or name another file")
        }
        func json<Value: Decodable>(_ key: String, as type: Value.Type) throws -> Value {
            guard let text = file.metadata[key], let value = try? JSONDecoder().decode(type, from: Data(text.utf8))
            else { throw ModelError("\(url.path): the metadata lack a readable “\(key)”") }
            return value
        }
        var saved = try json(Key.plan, as: TrainingPlan.self)
        if plan.recipe == .paper { saved.epochs = plan.epochs }
        guard saved == plan else {
            throw ModelError(
                "\(url.path) belongs to a training with other settings: give the same ones, or remove it to start afresh"
            )
        }
        let trainer = Trainer(plan: plan, library: library, spectra: spectra)
        trainer.epoch = try json(Key.epoch, as: Int.self)
        trainer.history = try json(Key.history, as: [TrainingValidation].self)
        trainer.optimizer = AdamW(step: try json(Key.step, as: Int.self))
        guard trainer.epoch == trainer.history.count, trainer.epoch >= 0 else {
            throw ModelError("\(url.path): epoch \(trainer.epoch) with a history of \(trainer.history.count)")
        }
        func read(_ name: String, into buffer: Buffer) throws {
            let values = try file.floats(name)
            guard values.count == buffer.count else {
                throw ModelError("\(url.path): “\(name)” holds \(values.count) numbers, not \(buffer.count)")
            }
            buffer.copy(values)
        }
        for (parameter, moments) in zip(trainer.network.parameters, trainer.moments) {
            try read(parameter.name, into: parameter.value)
            try read(Key.mean + parameter.name, into: moments.mean)
            try read(Key.square + parameter.name, into: moments.square)
            parameter.restore(memory: moments.mean)
            parameter.restore(memory: moments.square)
        }
        for (name, values) in trainer.network.statistics { try read(name, into: values) }
        for (name, entry) in file.entries where name.hasPrefix(Key.best) {
            let key = String(name.dropFirst(Key.best.count))
            trainer.best = trainer.best ?? [:]
            trainer.best?[key] = Model.Weights(shape: entry.shape, values: try file.floats(name))
        }
        return trainer
    }
}
