extension Spectrum {
    /// The spectrum as it would have been read with every binding energy higher by an offset.
    ///
    /// - Throws: If an energy leaves what can be one.
    public func moved(byEV offsetEV: Double) throws(SpectroscopyError) -> Spectrum {
        var moved: [Region] = []
        for region in regions {
            // A higher binding energy is a lower kinetic one.
            let axisOffsetEV = region.axis.kind == .binding ? offsetEV : -offsetEV
            let settings = try region.settings.with(
                axis: region.axis.moved(byEV: axisOffsetEV), transmission: region.settings.transmission)
            moved.append(try Region(settings: settings, intensities: region.intensities))
        }
        return try replacing(moved)
    }

    /// The spectrum with a share of every region's points cut off at each end, in the order of the points.
    ///
    /// - Throws: If too little is left of a region.
    public func cropped(first: Double, last: Double) throws(SpectroscopyError) -> Spectrum {
        var cropped: [Region] = []
        for region in regions {
            let count = region.axis.count
            let low = Int(Double(count) * first)
            let kept = low..<max(low, count - Int(Double(count) * last))
            let settings = try region.settings.with(
                axis: region.axis.keeping(kept), transmission: region.settings.transmission.map { Array($0[kept]) })
            cropped.append(try Region(settings: settings, intensities: Array(region.intensities[kept])))
        }
        return try replacing(cropped)
    }

    /// The spectrum with only the regions that satisfy a condition; nil where none does.
    public func keeping(where isKept: (Region) -> Bool) -> Spectrum? {
        try? replacing(regions.filter(isKept))
    }

    private func replacing(_ regions: [Region]) throws(SpectroscopyError) -> Spectrum {
        try Spectrum(regions: regions, sample: sample, source: source, blocks: blocks, metadata: metadata)
    }
}

extension RegionSettings {
    fileprivate func with(axis: EnergyAxis, transmission: [Float]?) throws(SpectroscopyError) -> RegionSettings {
        try RegionSettings(
            name: name, axis: axis, ordinate: ordinate, photonEnergyEV: photonEnergyEV, workFunctionEV: workFunctionEV,
            dwellS: dwellS, sweeps: sweeps, passEnergyEV: passEnergyEV, transmission: transmission,
            isTransmissionCorrected: isTransmissionCorrected)
    }
}

extension EnergyAxis {
    fileprivate func moved(byEV offsetEV: Double) -> EnergyAxis {
        switch points {
        case .uniform(let startEV, let stepEV, let count):
            EnergyAxis(kind: kind, points: .uniform(startEV: startEV + offsetEV, stepEV: stepEV, count: count))
        case .explicit(let energiesEV): EnergyAxis(kind: kind, points: .explicit(energiesEV.map { $0 + offsetEV }))
        }
    }

    fileprivate func keeping(_ range: Range<Int>) -> EnergyAxis {
        switch points {
        case .uniform(let startEV, let stepEV, _):
            EnergyAxis(
                kind: kind,
                points: .uniform(
                    startEV: startEV + Double(range.lowerBound) * stepEV, stepEV: stepEV, count: range.count))
        case .explicit(let energiesEV): EnergyAxis(kind: kind, points: .explicit(Array(energiesEV[range])))
        }
    }
}
