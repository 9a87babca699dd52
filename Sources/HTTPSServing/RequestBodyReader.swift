// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

package import HummingbirdCore
import NIOCore

/// Reads a request body into memory, up to a limit.
package enum RequestBodyReader {
    /// What came of reading.
    package enum Outcome {
        case body([UInt8])
        /// The body is larger than accepted. It was read to its end all the same, so that the client reads the answer and the connection
        /// can be used on.
        case tooLarge
        /// The body is so large that the connection is better closed.
        case abusive
    }

    /// How often the limit may be exceeded before reading on is refused.
    private static let patience = 8

    /// - Parameters:
    ///   - request: The request; afterwards its body is replaced by what was read, which Hummingbird needs for the rest of the exchange.
    ///   - limit: How many bytes are accepted. Never much more is held.
    package static func read(_ request: inout Request, limit: Int) async throws -> Outcome {
        var bytes = ByteBuffer()
        var count = 0
        for try await chunk in request.body {
            count += chunk.readableBytes
            if count > limit * patience { return .abusive }
            if count <= limit { bytes.writeImmutableBuffer(chunk) } else { bytes = ByteBuffer() }
        }
        request.body = RequestBody(buffer: ByteBuffer())
        return count > limit ? .tooLarge : .body(Array(bytes.readableBytesView))
    }
}
