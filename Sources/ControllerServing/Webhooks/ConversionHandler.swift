// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesAPIExtensions
import KubernetesJSON
import KubernetesMeta
import Logging

/// Turns a ConversionReview with a request into one with a response. All objects are converted, or none.
struct ConversionHandler: Sendable {
    private let conversions: [String: Conversion]

    /// - Throws: ``ServingError`` with the code `configuration` when a kind comes twice.
    init(_ conversions: [Conversion]) throws(ServingError) {
        var known: [String: Conversion] = [:]
        for conversion in conversions {
            let name = Self.name(conversion.group, conversion.kind)
            guard known.updateValue(conversion, forKey: name) == nil else {
                throw ServingError(.configuration, "the conversion of \(name) is given twice; give it once")
            }
        }
        self.conversions = known
    }

    /// - Throws: `CancellationError` when the task is canceled.
    func response(to request: ConversionRequest, logger: Logger) throws -> ConversionReview {
        var response = ConversionResponse(convertedObjects: [], result: Status(status: "Success"), uid: request.uid)
        do {
            response.convertedObjects = try request.objects.map { object in
                try Task.checkCancellation()
                return try convert(object, to: request.desiredAPIVersion)
            }
        } catch let error as CancellationError {
            throw error
        } catch {
            logger.error("the conversion failed: \(error)")
            response.result = AdmissionDenial("\(error)", code: 500, reason: "InternalError").status
        }
        return ConversionReview(response: response)
    }

    private func convert(_ object: JSONValue, to apiVersion: String) throws -> JSONValue {
        let dynamic = DynamicObject(object)
        let name = Self.name(dynamic.groupVersionKind.group, dynamic.kind)
        let path = [dynamic.namespace, dynamic.name].compactMap { $0 }.joined(separator: "/")
        guard let conversion = conversions[name] else {
            throw ServingError(.configuration, "\(name) \(path): nobody converts this kind here")
        }
        do { return try conversion.convert(object, to: apiVersion) } catch {
            throw ServingError(
                .configuration,
                "\(name) \(path): cannot be converted to \(apiVersion): \(error)",
                underlying: error
            )
        }
    }

    private static func name(_ group: String, _ kind: String) -> String { group.isEmpty ? kind : "\(kind).\(group)" }
}
