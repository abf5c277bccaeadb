extension Sequence {
    /// The element whose year is nearest to `wanted`; of two, the later.
    ///
    /// - Parameter year: Of an element; `nil` for one of every year.
    func nearest(to wanted: Int, year: (Element) -> Int?) -> Element? {
        self.min { left, right in
            let (left, right) = (year(left) ?? wanted, year(right) ?? wanted)
            return (abs(left - wanted), -left) < (abs(right - wanted), -right)
        }
    }
}
