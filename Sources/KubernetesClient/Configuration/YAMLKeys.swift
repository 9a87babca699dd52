// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import CYaml

/// Looks whether the keys of a YAML text are scalars, before Yams composes it.
///
/// Yams compares keys that are there twice. With collections as keys that takes twice as long for each level that they are nested: a text of
/// 2 KB needs years. JSON has no such keys, so that nothing is lost.
enum YAMLKeys {
    /// The line, counted from 1, of the first key that is a collection; nil when there is none, or the text is broken before it.
    static func lineOfCollection(in text: String) -> Int? {
        var parser = yaml_parser_t()
        guard yaml_parser_initialize(&parser) == 1 else { return nil }
        defer { yaml_parser_delete(&parser) }
        let bytes = Array(text.utf8)
        return bytes.withUnsafeBufferPointer { bytes in
            yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING)
            yaml_parser_set_input_string(&parser, bytes.baseAddress, bytes.count)
            return line(&parser)
        }
    }

    /// What an open collection expects next.
    private enum Expected { case element, key, value }

    private static func line(_ parser: inout yaml_parser_t) -> Int? {
        var open: [Expected] = []
        while true {
            var event = yaml_event_t()
            guard yaml_parser_parse(&parser, &event) == 1 else { return nil }
            defer { yaml_event_delete(&event) }
            switch event.type {
            case YAML_STREAM_END_EVENT: return nil
            case YAML_SEQUENCE_START_EVENT, YAML_MAPPING_START_EVENT:
                if open.last == .key { return Int(event.start_mark.line) + 1 }
                open.append(event.type == YAML_MAPPING_START_EVENT ? .key : .element)
            case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT:
                _ = open.popLast()
                advance(&open)
            case YAML_SCALAR_EVENT, YAML_ALIAS_EVENT: advance(&open)
            default: break
            }
        }
    }

    /// A key or value of the innermost collection is complete.
    private static func advance(_ open: inout [Expected]) {
        switch open.last {
        case .key: open[open.count - 1] = .value
        case .value: open[open.count - 1] = .key
        case .element, nil: break
        }
    }
}
