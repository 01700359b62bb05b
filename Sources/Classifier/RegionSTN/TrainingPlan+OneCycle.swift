import NeuralNetwork

extension TrainingPlan {
    /// The rates of an epoch's steps on one cycle over the whole plan.
    package func oneCycleRates(epoch: Int) -> (Int) -> Float {
        let warmUp = min(0.3, Float(warmUpSpectra) / Float(totalSpectra))
        let cycle = OneCycleSchedule(peak: peakRate, steps: stepsPerEpoch * epochs, warmUp: warmUp)
        let done = epoch * stepsPerEpoch
        return { cycle.rate(at: done + $0) }
    }

    /// What a weight file says of the training after so many epochs.
    func record(epochs: Int, validation: TrainingValidation?) -> [String: String] {
        var record = [
            "max_shift_eV": "\(maxShiftEV)", "spectra": "\(epochs * stepsPerEpoch * batch)", "epochs": "\(epochs)",
            "batch": "\(batch)", "recipe": recipe.rawValue, "peak_rate": "\(peakRate)", "seed": "\(seed)",
        ]
        if let start { record["start"] = start }
        if let validation {
            record["validation_loss"] = "\(validation.loss)"
            record["validation_subset_accuracy"] = "\(validation.subsetAccuracy)"
            if let errorEV = validation.shiftErrorEV { record["validation_shift_error_eV"] = "\(errorEV)" }
        }
        return record
    }
}
