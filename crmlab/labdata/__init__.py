"""What labs need: one generator of data a lab, with ``make(rng)``, and the marking tools of their tests."""
