extension Sequence {
    /// The element of the year `wanted`, else one of every year, else that whose year is nearest; of two, the later.
    ///
    /// - Parameter year: Of an element; `nil` for one of every year.
    func nearest(to wanted: Int, year: (Element) -> Int?) -> Element? {
        func distance(_ element: Element) -> (halfYears: Int, earlier: Int) {
            guard let year = year(element) else { return (1, 0) }
            return (abs(year - wanted) * 2, -year)
        }
        return self.min { distance($0) < distance($1) }
    }

    /// The same among elements of a zone, else of what its name begins with: of `CA-NL-LB`, `CA-NL`, then `CA`.
    func nearest(
        to wanted: Int, in zone: String, zone zoneOf: (Element) -> String,
        year: (Element) -> Int?
    ) -> Element? {
        var name = zone[...]
        while true {
            let known = filter { zoneOf($0) == name }
            if let nearest = known.nearest(to: wanted, year: year) { return nearest }
            guard let end = name.lastIndex(of: "-") else { return nil }
            name = name[..<end]
        }
    }
}
