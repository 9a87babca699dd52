// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// The syntax tree of a regular expression.
indirect enum RegularExpressionNode: Sendable {
    /// A condition on a place in the text.
    enum Assertion: Sendable {
        case textStart, textEnd, lineStart, lineEnd, wordBoundary, noWordBoundary
    }

    case empty
    case set(ScalarSet)
    case assertion(Assertion)
    case sequence([RegularExpressionNode])
    case alternatives([RegularExpressionNode])
    /// `maximum` nil: without end.
    case repetition(RegularExpressionNode, minimum: Int, maximum: Int?)
}
