extension TrainingPlan {
    /// What a weight file says of the training after so many epochs.
    func record(epochs: Int, validation: TrainingValidation?) -> [String: String] {
        var record = [
            "max_shift_eV": "\(maxShiftEV)", "spectra": "\(epochs * stepsPerEpoch * batch)", "epochs": "\(epochs)",
            "batch": "\(batch)", "recipe": recipe.rawValue, "peak_rate": "\(peakRate)", "seed": "\(seed)",
        ]
        record["start"] = start
        record["library"] = library
        if let validation {
            record["validation_loss"] = "\(validation.loss)"
            record["validation_subset_accuracy"] = "\(validation.subsetAccuracy)"
            if let errorEV = validation.shiftErrorEV { record["validation_shift_error_eV"] = "\(errorEV)" }
        }
        return record
    }
}
