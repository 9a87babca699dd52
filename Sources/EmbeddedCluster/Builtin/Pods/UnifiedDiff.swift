// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// The difference of two texts in unified form with three lines of context and no file names.
enum UnifiedDiff {
    private static let context = 3

    /// A line of the result.
    private enum Edit {
        case keep(old: Int, new: Int)
        case remove(old: Int)
        case insert(new: Int)
    }

    static func text(from old: [String], to new: [String]) -> String {
        let edits = edits(from: old, to: new)
        var text = ""
        for hunk in hunks(edits) { text += self.text(of: hunk, old: old, new: new) }
        return text
    }

    private static func edits(from old: [String], to new: [String]) -> [Edit] {
        let difference = new.difference(from: old)
        var removed: Set<Int> = []
        var inserted: Set<Int> = []
        for change in difference {
            switch change {
            case .remove(let offset, _, _): removed.insert(offset)
            case .insert(let offset, _, _): inserted.insert(offset)
            }
        }
        var edits: [Edit] = []
        var left = 0
        var right = 0
        while left < old.count || right < new.count {
            if removed.contains(left) {
                edits.append(.remove(old: left))
                left += 1
            } else if inserted.contains(right) {
                edits.append(.insert(new: right))
                right += 1
            } else {
                edits.append(.keep(old: left, new: right))
                left += 1
                right += 1
            }
        }
        return edits
    }

    /// Runs of changes with their context; runs whose contexts touch are one.
    private static func hunks(_ edits: [Edit]) -> [ArraySlice<Edit>] {
        var ranges: [Range<Int>] = []
        for (index, edit) in edits.enumerated() {
            if case .keep = edit { continue }
            let range = max(0, index - context)..<min(edits.count, index + context + 1)
            if let last = ranges.last, last.upperBound >= range.lowerBound {
                ranges[ranges.count - 1] = last.lowerBound..<range.upperBound
            } else {
                ranges.append(range)
            }
        }
        return ranges.map { edits[$0] }
    }

    private static func text(of hunk: ArraySlice<Edit>, old: [String], new: [String]) -> String {
        var lines = ""
        var oldStart: Int?
        var newStart: Int?
        var oldCount = 0
        var newCount = 0
        for edit in hunk {
            switch edit {
            case .keep(let left, let right):
                (oldStart, newStart) = (oldStart ?? left, newStart ?? right)
                (oldCount, newCount) = (oldCount + 1, newCount + 1)
                lines += " " + old[left] + "\n"
            case .remove(let left):
                oldStart = oldStart ?? left
                oldCount += 1
                lines += "-" + old[left] + "\n"
            case .insert(let right):
                newStart = newStart ?? right
                newCount += 1
                lines += "+" + new[right] + "\n"
            }
        }
        return "@@ -\(range(oldStart, oldCount)) +\(range(newStart, newCount)) @@\n" + lines
    }

    private static func range(_ start: Int?, _ count: Int) -> String {
        let line = (start ?? 0) + (count == 0 ? 0 : 1)
        return count == 1 ? "\(line)" : "\(line),\(count)"
    }
}
