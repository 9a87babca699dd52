// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

extension NetworkSet {
    /// The name of the set that every profile has and that reaches nothing, DNS neither.
    public static let isolated = "isolated"

    /// Addresses at which clouds give a machine's credentials to whoever asks from it. No set reaches them.
    public static let metadataAddresses = [
        // AWS, Google Cloud, Azure and others; AWS for containers; AWS for pods.
        "169.254.169.254/32", "169.254.170.2/32", "169.254.170.23/32",
        // Azure, Alibaba Cloud, Oracle Cloud.
        "168.63.129.16/32", "100.100.100.200/32", "192.0.0.192/32",
        // AWS, AWS for pods, Google Cloud.
        "fd00:ec2::254/128", "fd00:ec2::23/128", "fd20:ce::254/128",
    ]
}
