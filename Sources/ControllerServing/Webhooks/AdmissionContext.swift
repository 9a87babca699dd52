// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesAdmission
import KubernetesClient
public import Logging

/// What the handler of an admission webhook knows of a request beside the object, and what it may say beside its verdict.
public struct AdmissionContext: Sendable {
    /// The request as the API server sent it: who asks (`userInfo`), for what operation and subresource, whether it is a dry run. A handler
    /// with side effects has to leave them out when `dryRun` is true.
    public let request: AdmissionRequest
    /// A log that names the request.
    public let logger: Logger
    private let notes = Locked(Notes())

    init(request: AdmissionRequest, logger: Logger) {
        self.request = request
        self.logger = logger
    }

    /// Shows a text to whoever sent the request, as `kubectl` does behind "Warning:". Kubernetes advises at most 120 characters; what is
    /// over 256 bytes is cut, and what is over 32 warnings is left out.
    public func warn(_ text: String) {
        notes.withLock { notes in
            if notes.warnings.count < Self.maximumNotes { notes.warnings.append(text.cut(toUTF8: Self.maximumWarningBytes)) }
        }
    }

    /// Puts a note into the API server's audit event of the request, under the webhook's name and `key`. At most 32 keys; later ones are
    /// left out.
    public func annotate(_ key: String, _ value: String) {
        notes.withLock { notes in
            guard notes.annotations[key] != nil || notes.annotations.count < Self.maximumNotes else { return }
            notes.annotations[key] = value
        }
    }

    /// What has been said so far; nil for nothing.
    var said: (warnings: [String]?, annotations: [String: String]?) {
        notes.withLock { notes in
            (notes.warnings.isEmpty ? nil : notes.warnings, notes.annotations.isEmpty ? nil : notes.annotations)
        }
    }

    private struct Notes {
        var warnings: [String] = []
        var annotations: [String: String] = [:]
    }

    private static let maximumNotes = 32
    private static let maximumWarningBytes = 256
}
