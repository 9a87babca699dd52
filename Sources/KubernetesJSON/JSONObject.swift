// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// The members of a JSON object in the order in which they came.
///
/// Kubernetes objects are small, so lookup is a linear search up to ``indexThreshold`` members; beyond it a dictionary of positions
/// is kept.
public struct JSONObject: Sendable {
    /// A struct and not a tuple: the runtime destroys arrays of structs faster.
    private struct Member {
        let key: String
        var value: JSONValue
    }

    private var members: [Member] = []
    private var positions: [String: Int]?

    /// Objects with more members than this keep an index.
    static let indexThreshold = 16

    /// An empty object.
    public init() {}

    /// An object of these members; of members with the same name the last wins, in the place of the first.
    public init(_ pairs: some Sequence<(String, JSONValue)>) {
        for (key, value) in pairs { set(key, value) }
    }

    /// The number of members.
    public var count: Int { members.count }

    /// Whether there are no members.
    public var isEmpty: Bool { members.isEmpty }

    /// The names in order.
    public var keys: [String] { members.map(\.key) }

    /// The values in order.
    public var values: [JSONValue] { members.map(\.value) }

    /// The value of `key`, nil when there is none. Setting appends or replaces in place; setting nil removes.
    public subscript(key: String) -> JSONValue? {
        get { position(of: key).map { members[$0].value } }
        _modify {
            if let index = position(of: key) {
                var value: JSONValue? = members[index].value
                members[index].value = .null
                defer {
                    if let value { members[index].value = value } else { remove(at: index) }
                }
                yield &value
            } else {
                var value: JSONValue?
                defer {
                    if let value { append(key, value) }
                }
                yield &value
            }
        }
    }

    /// Removes and returns the value of `key`.
    @discardableResult
    public mutating func removeValue(forKey key: String) -> JSONValue? {
        guard let index = position(of: key) else { return nil }
        let value = members[index].value
        remove(at: index)
        return value
    }

    /// Sets without the detour through an optional that the subscript takes.
    mutating func set(_ key: String, _ value: JSONValue) {
        if let index = position(of: key) { members[index].value = value } else { append(key, value) }
    }

    private func position(of key: String) -> Int? {
        if let positions { return positions[key] }
        return members.firstIndex { $0.key == key }
    }

    private mutating func append(_ key: String, _ value: JSONValue) {
        if members.isEmpty { members.reserveCapacity(4) }
        members.append(Member(key: key, value: value))
        if positions != nil {
            positions?[key] = members.count - 1
        } else if members.count > Self.indexThreshold {
            reindex()
        }
    }

    private mutating func remove(at index: Int) {
        members.remove(at: index)
        if positions != nil { reindex() }
    }

    private mutating func reindex() {
        positions = Dictionary(uniqueKeysWithValues: members.enumerated().map { ($1.key, $0) })
    }
}

extension JSONObject: Sequence {
    /// Goes through the members in order.
    public struct Iterator: IteratorProtocol {
        private let members: [Member]
        private var index = 0

        fileprivate init(_ object: JSONObject) { members = object.members }

        public mutating func next() -> (key: String, value: JSONValue)? {
            guard index < members.count else { return nil }
            defer { index += 1 }
            return (members[index].key, members[index].value)
        }
    }

    /// Iterates over `(key, value)` in order.
    public func makeIterator() -> Iterator { Iterator(self) }

    /// As many as there are.
    public var underestimatedCount: Int { members.count }
}

extension JSONObject: Hashable {
    public static func == (lhs: JSONObject, rhs: JSONObject) -> Bool {
        lhs.count == rhs.count && lhs.members.allSatisfy { rhs[$0.key] == $0.value }
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(count)
        // Independent of order, as equality is.
        hasher.combine(members.reduce(0) { $0 ^ $1.key.hashValue })
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral elements: (String, JSONValue)...) { self.init(elements) }
}
