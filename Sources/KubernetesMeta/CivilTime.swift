// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// RFC 3339 text to and from microseconds since 1970, in the proleptic Gregorian calendar, years 0000 to 9999.
enum CivilTime {
    static let microsecondsPerSecond: Int64 = 1_000_000

    /// Microseconds since 1970-01-01T00:00:00Z; digits beyond the sixth after the point are dropped. Nil when `text` is not RFC 3339.
    static func microseconds(parsing text: String) -> Int64? {
        var text = text
        return text.withUTF8 { utf8 in
            var cursor = Cursor(bytes: utf8)
            guard let year = cursor.digits(4), cursor.take("-"), let month = cursor.digits(2), cursor.take("-"),
                let day = cursor.digits(2), cursor.take("T") || cursor.take("t"), let hour = cursor.digits(2), cursor.take(":"),
                let minute = cursor.digits(2), cursor.take(":"), let second = cursor.digits(2),
                let fraction = cursor.fraction(), let offset = cursor.zone(), cursor.isAtEnd,
                (1...12).contains(month), (1...daysIn(month: month, of: year)).contains(day), hour < 24, minute < 60, second < 60
            else { return nil }
            let days = daysSinceEpoch(year: year, month: month, day: day)
            let seconds = ((days * 24 + hour) * 60 + minute - offset) * 60 + second
            return seconds * microsecondsPerSecond + fraction
        }
    }

    /// `2006-01-02T15:04:05Z`.
    static func text(seconds: Int64) -> String {
        let day = floorDivide(seconds, 86_400)
        let rest = seconds - day * 86_400
        let (year, month, date) = civil(daysSinceEpoch: day)
        return
            "\(pad(year, 4))-\(pad(month, 2))-\(pad(date, 2))T\(pad(rest / 3_600, 2)):\(pad(rest / 60 % 60, 2)):\(pad(rest % 60, 2))Z"
    }

    /// `2006-01-02T15:04:05.000000Z`.
    static func text(microseconds: Int64) -> String {
        let seconds = floorDivide(microseconds, microsecondsPerSecond)
        return text(seconds: seconds).dropLast() + ".\(pad(microseconds - seconds * microsecondsPerSecond, 6))Z"
    }

    static func floorDivide(_ value: Int64, _ divisor: Int64) -> Int64 {
        value >= 0 ? value / divisor : -((-value + divisor - 1) / divisor)
    }

    private static func pad(_ value: Int64, _ width: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
    }

    private static func daysIn(month: Int64, of year: Int64) -> Int64 {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        return switch month {
        case 2: isLeap ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Howard Hinnant's `days_from_civil`: years begin in March, so that the leap day is the last.
    private static func daysSinceEpoch(year: Int64, month: Int64, day: Int64) -> Int64 {
        let year = month <= 2 ? year - 1 : year
        let era = floorDivide(year, 400)
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// The inverse, `civil_from_days`.
    private static func civil(daysSinceEpoch: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = daysSinceEpoch + 719_468
        let era = floorDivide(shifted, 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth + (shiftedMonth < 10 ? 3 : -9)
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    private struct Cursor {
        let bytes: UnsafeBufferPointer<UInt8>
        var index = 0

        var isAtEnd: Bool { index == bytes.count }

        mutating func take(_ character: UnicodeScalar) -> Bool {
            guard index < bytes.count, bytes[index] == UInt8(ascii: character) else { return false }
            index += 1
            return true
        }

        mutating func digits(_ count: Int) -> Int64? {
            var value: Int64 = 0
            guard bytes.count - index >= count else { return nil }
            for _ in 0..<count {
                guard let digit = nextDigit() else { return nil }
                value = value * 10 + digit
            }
            return value
        }

        private mutating func nextDigit() -> Int64? {
            guard index < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[index]) else { return nil }
            defer { index += 1 }
            return Int64(bytes[index] - UInt8(ascii: "0"))
        }

        /// Microseconds after the point, 0 when there is none.
        mutating func fraction() -> Int64? {
            guard take(".") else { return 0 }
            var value: Int64 = 0
            var unit: Int64 = microsecondsPerSecond
            guard let first = nextDigit() else { return nil }
            var digit: Int64? = first
            while let current = digit {
                unit /= 10
                value += current * unit
                digit = nextDigit()
            }
            return value
        }

        /// Minutes east of UTC.
        mutating func zone() -> Int64? {
            if take("Z") || take("z") { return 0 }
            let isEast = take("+")
            guard isEast || take("-"), let hour = digits(2), take(":"), let minute = digits(2), hour < 24, minute < 60 else {
                return nil
            }
            return (isEast ? 1 : -1) * (hour * 60 + minute)
        }
    }
}
