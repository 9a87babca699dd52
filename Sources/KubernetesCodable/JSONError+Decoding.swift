// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

extension JSONError {
    /// What a decoder threw, as an error of a document.
    ///
    /// - Parameter here: An error at the value that was being decoded, for its path and offset.
    init(_ error: any Error, reading type: Any.Type, at here: JSONError) {
        if let error = error as? JSONError {
            self.init(code: error.code, message: error.message, path: Self.joined(here.path, error.path), offset: here.offset)
            return
        }
        guard let error = error as? DecodingError else {
            self.init(code: .invalidValue, message: "\(type) refuses it: \(error)", path: here.path, offset: here.offset)
            return
        }
        let code: Code
        let context: DecodingError.Context
        switch error {
        case .typeMismatch(_, let found), .valueNotFound(_, let found): (code, context) = (.typeMismatch, found)
        case .keyNotFound(_, let found), .dataCorrupted(let found): (code, context) = (.invalidValue, found)
        @unknown default: (code, context) = (.invalidValue, .init(codingPath: [], debugDescription: "\(error)"))
        }
        let cause = context.underlyingError as? JSONError
        self.init(
            code: cause?.code ?? code,
            message: cause?.message ?? context.debugDescription,
            path: Self.joined(here.path, context.codingPath.text, cause?.path ?? ""),
            offset: here.offset
        )
    }

    private static func joined(_ parts: String...) -> String {
        parts.reduce("") { path, part in
            path.isEmpty || part.isEmpty || part.hasPrefix("[") ? path + part : path + "." + part
        }
    }
}
