/// Times as instruments count them.
enum UnixTime {
    private static let secondsOfDay = 86_400.0

    /// `2026-11-22T14:00:00Z` of seconds since 1970; an empty text for times outside the years 1970 to 9999.
    ///
    /// The calendar is Howard Hinnant's civil_from_days, on which C++'s chrono rests too.
    static func iso8601(_ seconds: Double) -> String {
        guard seconds >= 0, seconds < 253_402_300_800 else { return "" }
        let days = Int(seconds / secondsOfDay)
        let time = Int(seconds) - days * Int(secondsOfDay)
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        let date = [year, month, day].map(padded).joined(separator: "-")
        return date + "T" + [time / 3600, time / 60 % 60, time % 60].map(padded).joined(separator: ":") + "Z"
    }

    private static func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
