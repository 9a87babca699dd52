// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// A pod as an API server sends it, compact, without managed fields (informers drop them): two containers, probes, volumes, status.
enum PodDocument {
    static let bytes: [UInt8] = Array(text.utf8.filter { $0 != UInt8(ascii: "\n") })

    private static let text = #"""
        {"kind":"Pod","apiVersion":"v1","metadata":{"name":"checkout-7d9c6b8f5d-x2x7k","generateName":"checkout-7d9c6b8f5d-",
        "namespace":"shop","uid":"0b1f6c0e-7f0e-4b6e-9d6c-3a5b3b1f2c11","resourceVersion":"48213377","generation":1,
        "creationTimestamp":"2026-03-11T09:15:27Z","labels":{"app.kubernetes.io/name":"checkout","app.kubernetes.io/part-of":"shop",
        "app.kubernetes.io/version":"1.42.0","pod-template-hash":"7d9c6b8f5d"},"annotations":{"prometheus.io/scrape":"true",
        "prometheus.io/port":"9090","example.com/config-hash":"b7c1f6e2a7d94f0f8a1fbb3a6f2e9d31"},"ownerReferences":[{"apiVersion":"apps/v1",
        "kind":"ReplicaSet","name":"checkout-7d9c6b8f5d","uid":"5f0b8a52-4f4c-4f52-8a75-2f5d1f4a9f10","controller":true,
        "blockOwnerDeletion":true}]},"spec":{"volumes":[{"name":"config","configMap":{"name":"checkout-config","defaultMode":420}},
        {"name":"cache","emptyDir":{"sizeLimit":"512Mi"}},{"name":"kube-api-access-9xk2p","projected":{"sources":[{"serviceAccountToken":
        {"expirationSeconds":3607,"path":"token"}},{"configMap":{"name":"kube-root-ca.crt","items":[{"key":"ca.crt","path":"ca.crt"}]}},
        {"downwardAPI":{"items":[{"path":"namespace","fieldRef":{"apiVersion":"v1","fieldPath":"metadata.namespace"}}]}}],"defaultMode":420}}],
        "containers":[{"name":"server","image":"registry.example.com/shop/checkout:1.42.0","args":["--listen=:8080","--log-format=json"],
        "ports":[{"name":"http","containerPort":8080,"protocol":"TCP"},{"name":"metrics","containerPort":9090,"protocol":"TCP"}],
        "env":[{"name":"POD_NAME","valueFrom":{"fieldRef":{"apiVersion":"v1","fieldPath":"metadata.name"}}},
        {"name":"DATABASE_URL","valueFrom":{"secretKeyRef":{"name":"checkout-db","key":"url"}}},{"name":"GREETING","value":"Grüße, \"Kunde\"\n"}],
        "resources":{"limits":{"cpu":"2","memory":"1Gi"},"requests":{"cpu":"250m","memory":"512Mi"}},"volumeMounts":[{"name":"config",
        "readOnly":true,"mountPath":"/etc/checkout"},{"name":"cache","mountPath":"/var/cache/checkout"},{"name":"kube-api-access-9xk2p",
        "readOnly":true,"mountPath":"/var/run/secrets/kubernetes.io/serviceaccount"}],"livenessProbe":{"httpGet":{"path":"/healthz","port":"http",
        "scheme":"HTTP"},"initialDelaySeconds":10,"timeoutSeconds":1,"periodSeconds":10,"successThreshold":1,"failureThreshold":3},
        "readinessProbe":{"httpGet":{"path":"/readyz","port":8080,"scheme":"HTTP"},"timeoutSeconds":1,"periodSeconds":5,"successThreshold":1,
        "failureThreshold":3},"terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"FallbackToLogsOnError",
        "imagePullPolicy":"IfNotPresent","securityContext":{"capabilities":{"drop":["ALL"]},"runAsNonRoot":true,"readOnlyRootFilesystem":true,
        "allowPrivilegeEscalation":false}},{"name":"proxy","image":"registry.example.com/mesh/proxy:0.9.3","ports":[{"name":"mesh",
        "containerPort":15001,"protocol":"TCP"}],"resources":{"limits":{"cpu":"100m","memory":"128Mi"},"requests":{"cpu":"100m",
        "memory":"128Mi"}},"volumeMounts":[{"name":"kube-api-access-9xk2p","readOnly":true,
        "mountPath":"/var/run/secrets/kubernetes.io/serviceaccount"}],"terminationMessagePath":"/dev/termination-log",
        "terminationMessagePolicy":"File","imagePullPolicy":"IfNotPresent"}],"restartPolicy":"Always","terminationGracePeriodSeconds":30,
        "dnsPolicy":"ClusterFirst","nodeSelector":{"kubernetes.io/arch":"amd64"},"serviceAccountName":"checkout","serviceAccount":"checkout",
        "nodeName":"node-17.example.com","securityContext":{"fsGroup":2000},"schedulerName":"default-scheduler","tolerations":[
        {"key":"node.kubernetes.io/not-ready","operator":"Exists","effect":"NoExecute","tolerationSeconds":300},
        {"key":"node.kubernetes.io/unreachable","operator":"Exists","effect":"NoExecute","tolerationSeconds":300}],"priority":0,
        "enableServiceLinks":true,"preemptionPolicy":"PreemptLowerPriority"},"status":{"observedGeneration":1,"phase":"Running","conditions":[
        {"type":"Initialized","status":"True","lastTransitionTime":"2026-03-11T09:15:27Z"},{"type":"Ready","status":"True",
        "lastTransitionTime":"2026-03-11T09:15:41Z"},{"type":"ContainersReady","status":"True","lastTransitionTime":"2026-03-11T09:15:41Z"},
        {"type":"PodScheduled","status":"True","lastTransitionTime":"2026-03-11T09:15:27Z"}],"hostIP":"10.0.3.17","podIP":"10.42.7.93",
        "podIPs":[{"ip":"10.42.7.93"}],"startTime":"2026-03-11T09:15:27Z","containerStatuses":[{"name":"proxy","state":{"running":
        {"startedAt":"2026-03-11T09:15:31Z"}},"lastState":{},"ready":true,"restartCount":0,"image":"registry.example.com/mesh/proxy:0.9.3",
        "imageID":"registry.example.com/mesh/proxy@sha256:6b3f1a52f6d4a9b0c7e2d1f08a5b9c3e7d6f4a2b1c0e9d8f7a6b5c4d3e2f1a0b",
        "containerID":"containerd://f3a1c9e7b5d30214f6e8a9b0c1d2e3f4a5b6c7d8e9f0a1b2c3d4e5f6a7b8c9d0","started":true},{"name":"server","state":
        {"running":{"startedAt":"2026-03-11T09:15:33Z"}},"lastState":{},"ready":true,"restartCount":0,
        "image":"registry.example.com/shop/checkout:1.42.0",
        "imageID":"registry.example.com/shop/checkout@sha256:9d8c7b6a5f4e3d2c1b0a9f8e7d6c5b4a39281706f5e4d3c2b1a09f8e7d6c5b4a",
        "containerID":"containerd://0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f9","started":true}],"qosClass":"Burstable"}}
        """#
}
