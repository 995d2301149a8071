"""The Python example of the README, as it stands there."""

import aifactory as af

s = af.example("pcie-5mw")
r = af.run(s.with_(site__utility__capacity="8 MW"), progress=True)
print(r["tokens.good.rate"].p50.to("ktok/s"), r["pue"].value, r.causes[0])
print(r.facility_power.to("MW").max())
