// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Testing

// The compiler ignores an unknown feature in silence, so a misspelt name in Package.swift would go unnoticed. Here it stops the build.

#if !hasFeature(ExistentialAny)
    #error("the upcoming feature ExistentialAny is off: look at SwiftSetting.project in Package.swift")
#endif
#if !hasFeature(InternalImportsByDefault)
    #error("the upcoming feature InternalImportsByDefault is off: look at SwiftSetting.project in Package.swift")
#endif
#if !hasFeature(MemberImportVisibility)
    #error("the upcoming feature MemberImportVisibility is off: look at SwiftSetting.project in Package.swift")
#endif
#if !hasFeature(NonisolatedNonsendingByDefault)
    #error("the upcoming feature NonisolatedNonsendingByDefault is off: look at SwiftSetting.project in Package.swift")
#endif

@Suite("Language features")
struct LanguageFeatureTests {
    @Test("the compiler works in Swift 6 mode with the project's upcoming features")
    func featuresAreOn() {
        #if swift(>=6.0) && hasFeature(ExistentialAny) && hasFeature(InternalImportsByDefault) && hasFeature(MemberImportVisibility) && hasFeature(NonisolatedNonsendingByDefault)
            let areOn = true
        #else
            let areOn = false
        #endif
        #expect(areOn)
    }
}
