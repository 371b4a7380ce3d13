"""The register (sổ theo dõi hồ sơ) of a sector and a period as XLSX."""
