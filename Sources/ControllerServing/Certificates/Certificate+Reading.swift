// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import HTTPSServing
import SwiftASN1
import X509

extension Certificate {
    /// From and until when it is valid.
    var validity: CertificateSchedule.Validity {
        CertificateSchedule.Validity(notBefore: WallTime(notValidBefore), notAfter: WallTime(notValidAfter))
    }

    /// Whether it is for all of these names.
    func names(_ wanted: ServerNames) -> Bool {
        // An extension that cannot be read names nobody, and the certificate is replaced.
        guard let names = try? extensions.subjectAlternativeNames else { return false }
        return Set(wanted.alternativeNames).isSubset(of: Set(names))
    }

    /// The certificate as PEM, ending with a line break.
    func pem() throws -> String { try serializeAsPEM().pemString + "\n" }
}
