"""The papers of the one-stop shop (biểu mẫu): content as plain values, one typst layout, both form sets."""
