// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

extension RequestHandler {
    private static let lifetimes: ClosedRange<Int64> = 600...(1 << 32)

    /// `POST …/serviceaccounts/NAME/token`: a token for the account, for an hour unless the request says otherwise.
    func createToken(_ call: ResourceRequest) async throws(StatusError) -> APIResponse {
        let form = try ContentNegotiation.form(accept: call.request.accept, isTransformable: false)
        let write = try WriteParameters(call.request.query, kind: "CreateOptions")
        guard let signer else { throw .badRequest("this cluster has no key to sign tokens with") }
        let context = context(call, verb: .create, write: write)
        var request = try tokenRequest(call, context: context)
        let spec = request["spec"] ?? .object([:])
        let lifetime = spec.integer("expirationSeconds") ?? 3600
        try Self.check(lifetime)
        guard spec["boundObjectRef"] == nil else { throw .badRequest("tokens that are bound to an object are not made here") }
        guard let account = store.entry(call.key) else { throw .notFound(call.resource, name: call.key.name) }
        let audiences = spec.elements("audiences").compactMap(\.string)
        let now = context.now
        let claims = ServiceAccountClaims(
            namespace: call.key.namespace,
            name: call.key.name,
            uid: account.parts.uid,
            audiences: audiences.isEmpty ? [ServiceAccountClaims.audience] : audiences,
            issued: now.seconds,
            expires: now.seconds + lifetime,
            id: context.newUID()
        )
        request["metadata"] = [
            "name": .string(call.key.name), "namespace": .string(call.key.namespace),
            "creationTimestamp": .string(now.description),
        ]
        request["spec"] = [
            "audiences": .array(claims.audiences.map(JSONValue.string)), "expirationSeconds": .int(lifetime),
            "boundObjectRef": .null,
        ]
        request["status"] = [
            "token": .string(signer.token(with: claims.json)),
            "expirationTimestamp": .string(Time(seconds: claims.expires).description),
        ]
        return try answer(object: request, call, form: form, status: 201)
    }

    /// Whose a service account's token is: one of this cluster, in force, of an account that still is the one it was made for.
    func serviceAccount(of token: String, audiences: [String] = [ServiceAccountClaims.audience]) -> UserInfo? {
        guard let claims = signer?.claims(of: token).flatMap(ServiceAccountClaims.init),
            claims.holds(at: Time(clock.wallNow()).seconds, for: audiences)
        else { return nil }
        let key = StorageKey(group: "", resource: "serviceaccounts", namespace: claims.namespace, name: claims.name)
        guard let account = store.entry(key), account.parts.uid == claims.uid else { return nil }
        return claims.user
    }

    private func tokenRequest(_ call: ResourceRequest, context: RequestContext) throws(StatusError) -> JSONValue {
        let bytes = call.request.body
        let body: JSONValue
        do {
            body = bytes.isEmpty ? .object([:]) : try JSONValue(parsing: bytes)
        } catch {
            throw .badRequest("the body is not JSON: \(error.message)")
        }
        var decoder = TypedDecoder()
        let request = decoder.decode(body, as: "io.k8s.api.authentication.v1.TokenRequest")
        if let error = decoder.error {
            throw .badRequest("TokenRequest in version \"v1\" cannot be handled as a TokenRequest: \(error)")
        }
        return request
    }

    private static func check(_ lifetime: Int64) throws(StatusError) {
        guard !lifetimes.contains(lifetime) else { return }
        let rule =
            lifetime < lifetimes.lowerBound
            ? "may not specify a duration less than 10 minutes" : "may not specify a duration larger than 2^32 seconds"
        let error = FieldError.invalid("spec.expirationSeconds", .int(lifetime), rule)
        throw .invalid(QualifiedName(group: "authentication.k8s.io", name: "TokenRequest"), name: "", [error])
    }
}
