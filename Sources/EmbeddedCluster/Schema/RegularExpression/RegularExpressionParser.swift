// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Reads the syntax of Go's `regexp/syntax` with the Perl flags, as `regexp.Compile` does.
struct RegularExpressionParser {
    private struct Flags {
        var ignoresCase = false
        var isMultiline = false
        var dotMatchesNewline = false
    }

    /// Groups nested deeper are refused.
    private static let depthLimit = 200
    /// The largest count in `{n,m}`, as in Go.
    private static let repeatLimit = 1000

    private let scalars: [Unicode.Scalar]
    private var index = 0
    private var flags = Flags()
    private var depth = 0

    init(_ pattern: String) { scalars = Array(pattern.unicodeScalars) }

    mutating func parse() throws(RegularExpressionError) -> RegularExpressionNode {
        let node = try alternatives()
        if peek == ")" { throw error("unexpected )", text(0)) }
        return node
    }

    // MARK: Grammar

    private mutating func alternatives() throws(RegularExpressionError) -> RegularExpressionNode {
        var branches = [try sequence()]
        while take("|") { branches.append(try sequence()) }
        return branches.count == 1 ? branches[0] : .alternatives(branches)
    }

    private mutating func sequence() throws(RegularExpressionError) -> RegularExpressionNode {
        var nodes: [RegularExpressionNode] = []
        while let next = peek, next != "|", next != ")" {
            if next == "*" || next == "+" || next == "?" { throw error("missing argument to repetition operator", String(next)) }
            if next == "{" {
                let start = index
                if try repeatCount() != nil { throw error("missing argument to repetition operator", text(start, index)) }
                index = start
            }
            if next == "\\", index + 1 < scalars.count, scalars[index + 1] == "Q" {
                index += 2
                nodes += literals()
                if let last = nodes.popLast() { nodes.append(try repeated(last)) }
                continue
            }
            guard let node = try atom() else { continue }
            nodes.append(try repeated(node))
        }
        return nodes.isEmpty ? .empty : nodes.count == 1 ? nodes[0] : .sequence(nodes)
    }

    private mutating func repeated(_ node: RegularExpressionNode) throws(RegularExpressionError) -> RegularExpressionNode {
        var node = node
        var previous: Int?
        while true {
            let start = index
            guard let bounds = try repetitionOperator() else { return node }
            if take("?") {}
            if let previous { throw error("invalid nested repetition operator", text(previous, index)) }
            previous = start
            node = .repetition(node, minimum: bounds.minimum, maximum: bounds.maximum)
        }
    }

    private mutating func repetitionOperator() throws(RegularExpressionError) -> (minimum: Int, maximum: Int?)? {
        if take("*") { return (0, nil) }
        if take("+") { return (1, nil) }
        if take("?") { return (0, 1) }
        return peek == "{" ? try repeatCount() : nil
    }

    /// `{n}`, `{n,}` or `{n,m}`; nil, with nothing consumed, when the brace is an ordinary character.
    private mutating func repeatCount() throws(RegularExpressionError) -> (minimum: Int, maximum: Int?)? {
        let start = index
        index += 1
        guard let minimum = number() else {
            index = start
            return nil
        }
        var maximum: Int? = minimum
        if take(",") { maximum = peek == "}" ? nil : number() ?? -1 }
        guard maximum != -1, take("}") else {
            index = start
            return nil
        }
        if minimum > Self.repeatLimit || (maximum ?? 0) > Self.repeatLimit || (maximum ?? minimum) < minimum {
            throw error("invalid repeat count", text(start, index))
        }
        return (minimum, maximum)
    }

    private mutating func number() -> Int? {
        let start = index
        while let next = peek, ("0"..."9").contains(next) { index += 1 }
        guard index > start else { return nil }
        return Int(text(start, index)) ?? Self.repeatLimit + 1
    }

    /// Nil for a group that only sets flags.
    private mutating func atom() throws(RegularExpressionError) -> RegularExpressionNode? {
        let next = scalars[index]
        index += 1
        switch next {
        case "(": return try group()
        case "[": return .set(folded(try characterClass()))
        case ".": return .set(flags.dotMatchesNewline ? .anything : .notNewline)
        case "^": return .assertion(flags.isMultiline ? .lineStart : .textStart)
        case "$": return .assertion(flags.isMultiline ? .lineEnd : .textEnd)
        case "\\": return try escape()
        default: return .set(folded(ScalarSet([next...next])))
        }
    }

    private mutating func group() throws(RegularExpressionError) -> RegularExpressionNode? {
        let outer = flags
        if take("?") {
            if take("P") {
                guard take("<") else {
                    throw error("invalid or unsupported Perl syntax", text(index - 3, min(index + 1, scalars.count)))
                }
                try captureName()
            } else if peek == "<" {
                let following = index + 1 < scalars.count ? scalars[index + 1] : nil
                if following == "=" || following == "!" { throw error("invalid or unsupported Perl syntax", "(?<") }
                index += 1
                try captureName()
            } else if try flagGroup() {
                return nil
            }
        }
        depth += 1
        defer { depth -= 1 }
        if depth > Self.depthLimit { throw error("expression nests too deeply", text(0)) }
        let node = try alternatives()
        guard take(")") else { throw error("missing closing )", text(0)) }
        flags = outer
        return node
    }

    private mutating func captureName() throws(RegularExpressionError) {
        let start = index
        while let next = peek, next != ">" { index += 1; _ = next }
        let name = scalars[start..<index]
        guard take(">"), !name.isEmpty, name.allSatisfy({ ScalarSet.word.contains($0) }) else {
            throw error("invalid named capture", text(max(0, start - 4), index))
        }
    }

    /// Reads `i`, `m`, `s`, `U` and `-` after `(?`. True for `(?flags)`, false for `(?flags:`, whose group follows.
    private mutating func flagGroup() throws(RegularExpressionError) -> Bool {
        let start = index - 2
        var value = true
        while let next = peek {
            index += 1
            switch next {
            case "i": flags.ignoresCase = value
            case "m": flags.isMultiline = value
            case "s": flags.dotMatchesNewline = value
            case "U": break
            case "-" where value: value = false
            case ":": return false
            case ")": return true
            default: throw error("invalid or unsupported Perl syntax", text(start, index))
            }
        }
        throw error("missing closing )", text(0))
    }

    // MARK: Escapes and classes

    private mutating func escape() throws(RegularExpressionError) -> RegularExpressionNode {
        guard let next = peek else { throw error("trailing backslash at end of expression", "") }
        switch next {
        case "A", "z", "b", "B":
            index += 1
            return .assertion(next == "A" ? .textStart : next == "z" ? .textEnd : next == "b" ? .wordBoundary : .noWordBoundary)
        default: break
        }
        if let set = try escapedClass() { return .set(folded(set)) }
        let scalar = try escapedScalar()
        return .set(folded(ScalarSet([scalar...scalar])))
    }

    /// The characters of `\Q...\E` after the `\Q`, each for itself: an operator behind the `\E` is about the last.
    private mutating func literals() -> [RegularExpressionNode] {
        var nodes: [RegularExpressionNode] = []
        while let next = peek {
            if next == "\\", index + 1 < scalars.count, scalars[index + 1] == "E" {
                index += 2
                break
            }
            index += 1
            nodes.append(.set(folded(ScalarSet([next...next]))))
        }
        return nodes
    }

    /// `\d`, `\S`, `\pL`, `\p{Lu}` and their like, after the backslash; nil when it is another escape.
    private mutating func escapedClass() throws(RegularExpressionError) -> ScalarSet? {
        guard let next = peek else { return nil }
        let set: ScalarSet
        switch next {
        case "d": set = .digit
        case "D": set = ScalarSet.digit.negated()
        case "s": set = .space
        case "S": set = ScalarSet.space.negated()
        case "w": set = .word
        case "W": set = ScalarSet.word.negated()
        case "p", "P": return try unicodeClass()
        default: return nil
        }
        index += 1
        return set
    }

    private mutating func unicodeClass() throws(RegularExpressionError) -> ScalarSet {
        let start = index - 1
        var isNegated = scalars[index] == "P"
        index += 1
        var name = ""
        if take("{") {
            if take("^") { isNegated.toggle() }
            while let next = peek, next != "}" {
                name.unicodeScalars.append(next)
                index += 1
            }
            guard take("}") else { throw error("invalid character class range", text(start)) }
        } else if let next = peek {
            name.unicodeScalars.append(next)
            index += 1
        }
        guard let categories = UnicodeCategories.named(name) else {
            throw error("invalid character class range", text(start, index))
        }
        return ScalarSet(category: categories, isNegated: isNegated)
    }

    private mutating func escapedScalar() throws(RegularExpressionError) -> Unicode.Scalar {
        let start = index - 1
        guard let next = peek else { throw error("trailing backslash at end of expression", "") }
        index += 1
        switch next {
        case "a": return "\u{07}"
        case "f": return "\u{0C}"
        case "n": return "\n"
        case "r": return "\r"
        case "t": return "\t"
        case "v": return "\u{0B}"
        case "x": return try hexadecimal(from: start)
        case "0": return "\0"
        default:
            if next.isASCII, !ScalarSet.word.contains(next) { return next }
            throw error("invalid escape sequence", text(start, index))
        }
    }

    private mutating func hexadecimal(from start: Int) throws(RegularExpressionError) -> Unicode.Scalar {
        var digits = ""
        if take("{") {
            while let next = peek, next != "}" {
                digits.unicodeScalars.append(next)
                index += 1
            }
            _ = take("}")
        } else {
            while digits.unicodeScalars.count < 2, let next = peek {
                digits.unicodeScalars.append(next)
                index += 1
            }
        }
        guard let value = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(value) else {
            throw error("invalid escape sequence", text(start, index))
        }
        return scalar
    }

    private mutating func characterClass() throws(RegularExpressionError) -> ScalarSet {
        let start = index - 1
        let isNegated = take("^")
        var set = ScalarSet()
        var isFirst = true
        while let next = peek, next != "]" || isFirst {
            isFirst = false
            if let named = namedClass() {
                set.formUnion(named)
                continue
            }
            if next == "\\" {
                index += 1
                if let escaped = try escapedClass() {
                    set.formUnion(escaped)
                    continue
                }
                index -= 1
            }
            try range(into: &set)
        }
        guard take("]") else { throw error("missing closing ]", text(start)) }
        return isNegated ? set.negated() : set
    }

    private mutating func range(into set: inout ScalarSet) throws(RegularExpressionError) {
        let start = index
        let low = try classScalar()
        guard peek == "-", index + 1 < scalars.count, scalars[index + 1] != "]" else {
            set.insert(low...low)
            return
        }
        index += 1
        let high = try classScalar()
        guard low <= high else { throw error("invalid character class range", text(start, index)) }
        set.insert(low...high)
    }

    private mutating func classScalar() throws(RegularExpressionError) -> Unicode.Scalar {
        let next = scalars[index]
        index += 1
        return next == "\\" ? try escapedScalar() : next
    }

    /// `[:alpha:]` and its like inside a class; nil when something else follows.
    private mutating func namedClass() -> ScalarSet? {
        guard index + 1 < scalars.count, scalars[index] == "[", scalars[index + 1] == ":",
            let end = scalars[index...].indices.dropFirst(2).first(where: {
                $0 + 1 < scalars.count && scalars[$0] == ":" && scalars[$0 + 1] == "]"
            })
        else { return nil }
        var name = text(index + 2, end)
        let isNegated = name.hasPrefix("^")
        if isNegated { name.removeFirst() }
        guard let set = Self.namedClasses[name] else { return nil }
        index = end + 2
        return isNegated ? set.negated() : set
    }

    private static let namedClasses: [String: ScalarSet] = [
        "alnum": ScalarSet(["0"..."9", "A"..."Z", "a"..."z"]),
        "alpha": ScalarSet(["A"..."Z", "a"..."z"]),
        "ascii": ScalarSet(["\0"..."\u{7F}"]),
        "blank": ScalarSet(["\t"..."\t", " "..." "]),
        "cntrl": ScalarSet(["\0"..."\u{1F}", "\u{7F}"..."\u{7F}"]),
        "digit": .digit,
        "graph": ScalarSet(["!"..."~"]),
        "lower": ScalarSet(["a"..."z"]),
        "print": ScalarSet([" "..."~"]),
        "punct": ScalarSet(["!"..."/", ":"..."@", "["..."`", "{"..."~"]),
        "space": ScalarSet(["\t"..."\r", " "..." "]),
        "upper": ScalarSet(["A"..."Z"]),
        "word": .word,
        "xdigit": ScalarSet(["0"..."9", "A"..."F", "a"..."f"]),
    ]

    // MARK: Cursor

    private var peek: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard peek == scalar else { return false }
        index += 1
        return true
    }

    private func folded(_ set: ScalarSet) -> ScalarSet { flags.ignoresCase ? set.ignoringCase() : set }

    private func text(_ start: Int, _ end: Int? = nil) -> String {
        var text = ""
        text.unicodeScalars.append(contentsOf: scalars[start..<(end ?? scalars.count)])
        return text
    }

    private func error(_ problem: String, _ part: String) -> RegularExpressionError {
        RegularExpressionError(problem: problem, part: part)
    }
}
