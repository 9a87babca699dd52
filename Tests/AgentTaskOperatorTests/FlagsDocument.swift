// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import KubernetesJSON

/// A document of the flags that a type declares.
struct FlagsDocument {
    struct Flag {
        var section: String
        var name: String
        var meaning: String
        var takesValue: Bool
        var values: String
        var `default`: String?
    }

    let program: String
    let flags: [Flag]

    init<Options: ParsableArguments>(of type: Options.Type, program: String) throws {
        self.program = program
        let dump = try JSONValue(parsing: type._dumpHelp())
        flags = (dump["command"]?["arguments"]?.array ?? []).compactMap { argument in
            guard argument["shouldDisplay"] == true, let name = argument["preferredName"]?["name"]?.string, name != "help"
            else { return nil }
            return Flag(
                section: argument["sectionTitle"]?.string ?? "Of this operator",
                name: "--" + name,
                meaning: argument["abstract"]?.string ?? "",
                takesValue: argument["kind"] == "option",
                values: argument["discussion"]?.string ?? "",
                default: argument["defaultValue"]?.string
            )
        }
    }

    var text: String {
        var lines = [
            "<!-- Made from the declared flags by FlagsDocumentTests; do not edit. -->",
            "# Flags of \(program)",
            "",
            "Durations are written as in `15s`, `1m30s` or `500ms`. A value out of bounds is refused before anything starts.",
        ]
        for section in sections {
            lines += ["", "## \(section)", "", "| flag | meaning | value | default |", "|---|---|---|---|"]
            for flag in flags where flag.section == section {
                let values = flag.takesValue ? flag.values : "no value"
                let `default` = flag.takesValue ? flag.default.map { "`\($0)`" } ?? "" : "off"
                lines.append("| `\(flag.name)` | \(flag.meaning) | \(values) | \(`default`) |")
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// In the order in which they are declared.
    private var sections: [String] {
        flags.reduce(into: []) { sections, flag in
            if !sections.contains(flag.section) { sections.append(flag.section) }
        }
    }
}
