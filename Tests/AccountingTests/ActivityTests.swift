import Testing

@testable import Accounting

@Suite("Activity")
struct ActivityTests {
    @Test("Each counter stands at the place of its raw value, and adding adds each")
    func places() {
        #expect(MemoryLayout<Activity>.size == Counter.allCases.count * 8)
        for counter in Counter.allCases {
            let property = counter.declaration.property
            #expect(MemoryLayout<Activity>.offset(of: property) == counter.rawValue * 8)
            var one = Activity()
            one[keyPath: property] = 3
            #expect(one[counter] == 3)
            var sum = one
            sum += one
            one[counter] = 6
            #expect(sum == one)
        }
    }
}
