INSERT INTO supplier (tenant_id, code, name, email, lead_time_mean_days, lead_time_sd_days)
SELECT id, 'S', 'Supplier', '', 5, 1 FROM tenant;
INSERT INTO product
  (tenant_id, sku, name, category, supplier_id, status, unit_cost, unit_price, pack_size,
   minimum_order_quantity)
SELECT s.tenant_id, 'P' || n, 'Product ' || n, '', s.id, 'active', 20000, 40000, 1000, 1000
FROM supplier AS s, generate_series(1, :products) AS n;
INSERT INTO stock_level
  (tenant_id, product_id, location_id, on_hand, reserved, is_known, version)
SELECT p.tenant_id, p.id, l.id, 1000 * floor(random() * 120), 0, true, 1
FROM product AS p JOIN location AS l ON l.tenant_id = p.tenant_id;
INSERT INTO daily_movement
  (tenant_id, product_id, location_id, day, units_sold, net_change, is_asserted)
SELECT v.tenant_id, v.product_id, v.location_id, CAST(:today AS date) - d, sold, -sold, false
FROM stock_level AS v, generate_series(1, :days) AS d,
     LATERAL (SELECT 1000 * floor(random() * 12 + 0 * d) AS sold) AS demand;
INSERT INTO sales_day (tenant_id, day, sale_lines)
SELECT id, CAST(:today AS date) - d, :products FROM tenant, generate_series(1, :days) AS d;
