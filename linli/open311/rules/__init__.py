"""The wire: XML, JSON, dates and form bodies, as GeoReport v2 spells them."""
