"""The hub's public door: whoever holds a receipt reads at home what became of it, corrects it, or takes it back."""
