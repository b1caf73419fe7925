"""The rules: what a filing's form, papers and dates say by the city's notice. Pure; one module per subject."""
