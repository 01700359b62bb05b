import Foundation
import NeuralNetwork

/// Where a training stopped.
struct TrainingState {
    /// What is trained and how.
    var plan: TrainingPlan
    /// Epochs done.
    var epoch: Int
    /// The figures after each.
    var history: [TrainingValidation]
    /// The best weights so far, where those are kept.
    var best: [String: Model.Weights]?
}

extension Optimization {
    private static let formatName = "corelevel-checkpoint-2"

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

    /// Writes everything that a later `restore` needs, replacing an older checkpoint in a single step.
    func save(_ state: TrainingState, statistics: [(name: String, values: Buffer)], to url: URL) throws {
        let encoder = JSONEncoder()
        var writer = SafeTensorsWriter(metadata: [
            Key.format: Self.formatName, Key.epoch: "\(state.epoch)", Key.step: "\(optimizer.step)",
            Key.plan: String(decoding: try encoder.encode(state.plan), as: UTF8.self),
            Key.history: String(decoding: try encoder.encode(state.history), as: UTF8.self),
        ])
        for (parameter, moments) in zip(parameters, moments) {
            writer.add(parameter.name, shape: parameter.shape, floats: parameter.value.array)
            writer.add(Key.mean + parameter.name, shape: parameter.shape, floats: moments.mean.array)
            writer.add(Key.square + parameter.name, shape: parameter.shape, floats: moments.square.array)
        }
        for (name, values) in statistics { writer.add(name, shape: [values.count], floats: values.array) }
        for (name, weights) in state.best ?? [:] {
            writer.add(Key.best + name, shape: weights.shape, floats: weights.values)
        }
        try writer.write(to: url)
    }

    /// Puts a checkpoint's weights and moments back; one of another plan is refused, except for more or fewer epochs
    /// where the course of the rate does not depend on them.
    func restore(
        plan: TrainingPlan, statistics: [(name: String, values: Buffer)], from url: URL
    ) throws -> TrainingState {
        let file = try SafeTensors(contentsOf: url)
        guard file.metadata[Key.format] == Self.formatName else {
            throw ModelError(
                "\(url.path) is no checkpoint of a training by this program: remove it or name another file")
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
        func read(_ name: String, into buffer: Buffer) throws {
            let values = try file.floats(name)
            guard values.count == buffer.count else {
                throw ModelError("\(url.path): “\(name)” holds \(values.count) numbers, not \(buffer.count)")
            }
            buffer.copy(values)
        }
        for (parameter, moments) in zip(parameters, moments) {
            try read(parameter.name, into: parameter.value)
            try read(Key.mean + parameter.name, into: moments.mean)
            try read(Key.square + parameter.name, into: moments.square)
            parameter.restore(memory: moments.mean)
            parameter.restore(memory: moments.square)
        }
        for (name, values) in statistics { try read(name, into: values) }
        optimizer = AdamW(step: try json(Key.step, as: Int.self))
        var state = TrainingState(
            plan: plan, epoch: try json(Key.epoch, as: Int.self),
            history: try json(Key.history, as: [TrainingValidation].self))
        guard state.epoch == state.history.count else {
            throw ModelError("\(url.path): \(state.epoch) epochs, and figures of \(state.history.count): remove it")
        }
        for (name, entry) in file.entries where name.hasPrefix(Key.best) {
            state.best = state.best ?? [:]
            state.best?[String(name.dropFirst(Key.best.count))] = Model.Weights(
                shape: entry.shape, values: try file.floats(name))
        }
        return state
    }
}
