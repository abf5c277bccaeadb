import Accounting
import Grid
import Testing

@Suite("Zones of cloud regions")
struct RegionZoneTests {
    /// Checked by hand: the place that the provider states, and who balances the grid there.
    private static let known = [
        ("northcentralus", "US-MIDA-PJM"),  // Chicago: ComEd
        ("centralus", "US-MIDW-MISO"),  // Des Moines: MidAmerican Energy
        ("us-central1", "US-MIDW-MISO"),  // Council Bluffs: MidAmerican Energy
        ("us-central2", "US-CENT-SWPP"),  // Oklahoma: Grand River Dam Authority
        ("southcentralus", "US-TEX-ERCO"),  // San Antonio: CPS Energy
        ("us-east1", "US-CAR-SC"),  // Moncks Corner: Santee Cooper
        ("us-west1", "US-NW-BPAT"),  // The Dalles: Northern Wasco County PUD
        ("us-west3", "US-NW-PACE"),  // Salt Lake City: PacifiCorp
        ("westus", "US-CAL-CISO"),  // San Francisco: PG&E
        ("ca-central-1", "CA-QC"),  // Montréal: Hydro-Québec
        ("australiacentral", "AU-NSW"),  // Canberra: in AEMO's market region of New South Wales
        ("eu-north-1", "SE-SE3"),  // Stockholm
        ("swedencentral", "SE-SE3"),  // Gävle
        ("denmarkeast", "DK-DK2"),  // Copenhagen
        ("norwaywest", "NO-NO2"),  // Stavanger
        ("centralindia", "IN-WE"),  // Pune: Western Region
        ("ap-south-2", "IN-SO"),  // Hyderabad: Southern Region
        ("japanwest", "JP-KN"),  // Osaka: Kansai
    ]

    /// Zones that Electricity Maps retired or removed from its public configuration from 2023 to 2026; and US-NW-WACM
    /// and US-NW-WAUW, whose balancing authorities ended on 31 March 2026, since when EIA has no data of them.
    private static let retired: Set<String> = [
        "CA-NL-LB", "CA-NL-NF", "DK-BHM", "ES-CN-FVLZ", "GB-ORK", "GR-IS", "IN-AP", "IN-AR",
        "IN-AS", "IN-BR", "IN-CT", "IN-DL", "IN-DN", "IN-GA", "IN-GJ", "IN-HP", "IN-HR", "IN-JH",
        "IN-JK", "IN-KA", "IN-KL", "IN-MH", "IN-ML", "IN-MN", "IN-MP", "IN-MZ", "IN-NL", "IN-OR",
        "IN-PB", "IN-PY", "IN-RJ", "IN-SK", "IN-TN", "IN-TR", "IN-UP", "IN-UT", "IN-WB", "IQ-KUR",
        "MX-BC", "MX-BCS", "MX-CE", "MX-NE", "MX-NO", "MX-NW", "MX-OC", "MX-OR", "MX-PN",
        "US-FLA-NSB", "US-HI-HA", "US-HI-KA", "US-HI-KH", "US-HI-LA", "US-HI-MA", "US-HI-MO",
        "US-HI-NI", "US-HI-OA", "US-NW-AVRN", "US-NW-GWA", "US-NW-WACM", "US-NW-WAUW",
        "US-NW-WWA", "US-SE-AEC", "US-SW-DEAA", "US-SW-GRIF", "US-SW-GRMA", "US-SW-HGMA", "VN-C",
        "VN-N", "VN-S",
    ]

    @Test("A region draws from the zone of the place that its provider states", arguments: known)
    func place(region: String, zone: String) throws {
        #expect(try RegionTable.builtin()[region]?.zone == zone)
    }

    @Test("No region draws from a zone that has no data any more")
    func retiredZones() throws {
        let table = try RegionTable.builtin()
        for name in table.names {
            let zone = try #require(table[name]).zone
            #expect(!Self.retired.contains(zone), "\(name): \(zone)")
        }
    }

    @Test("A zone is a country, or an area within one, of which a yearly factor is known")
    func form() throws {
        let table = try RegionTable.builtin()
        let annual = try AnnualIntensities.builtin()
        for name in table.names {
            let zone = try #require(table[name]).zone
            let parts = zone.split(separator: "-", omittingEmptySubsequences: false)
            #expect(
                zone == "WORLD"
                    || parts[0].count == 2 && parts.count <= 3
                        && parts.allSatisfy { !$0.isEmpty && $0.allSatisfy(isZoneCharacter) },
                "\(name): \(zone)")
            #expect(
                annual.entry(of: zone, basis: .lifecycle, year: 2024) != nil
                    || annual.entry(of: zone, basis: .direct, year: 2024) != nil,
                "\(name): \(zone)")
        }
    }

    @Test("The source of a region gives its place, who states it, the grid and what is uncertain")
    func source() throws {
        let table = try RegionTable(
            csv: """
                provider,region,zone,place,place_source,operator,uncertain,pue_of,wue_l_per_kwh,wue_source,wue_basis
                A,one,XX-ONE,"Springfield, East",A's list,Grid of the East,,,0.5,A 2024,withdrawal
                A,two,XX-TWO,Shelbyville,A's list,Grid of the West,half of it is in XX-ONE,,,,
                any,xx,XX,profile across regions,,,,,,,

                """, file: "regions.csv", effectiveness: [:])
        #expect(
            table.names.map { table[$0]?.source } == [
                "Springfield, East (A's list); grid: Grid of the East; water: A 2024",
                "Shelbyville (A's list); grid: Grid of the West; zone uncertain: half of it is in XX-ONE",
                "profile across regions",
            ])
    }

    @Test("A region whose place is only a state of several zones is marked")
    func uncertain() throws {
        let table = try RegionTable.builtin()
        let marked = Set(
            table.names.filter { table[$0]?.source.contains("zone uncertain") == true })
        #expect(marked.isSuperset(of: ["us-west-2", "us-gov-west-1", "westus2", "usgovtexas"]))
        #expect(marked.isDisjoint(with: ["northcentralus", "us-east-2", "eu-west-1", "global"]))
    }

    private func isZoneCharacter(_ character: Character) -> Bool {
        ("A"..."Z").contains(character) || ("0"..."9").contains(character)
    }
}
