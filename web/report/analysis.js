"use strict";
document.getElementById("subtitle").textContent = Vigil.data.subtitle || "";
document.getElementById("overview").append(Vigil.facts(Vigil.data.facts || []));
